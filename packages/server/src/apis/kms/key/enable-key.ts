import { EnableKeyCommand } from "@aws-sdk/client-kms";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html */
export const enableKey = (keys: Pick<Keys, "find" | "setEnabled">) =>
  operation(EnableKeyCommand, {
    members: { KeyId: keyIdText },
    permissions: (input) => [keyDemand(keys, "kms:EnableKey", input.KeyId)],
    handle: (input) => {
      accepted(keys.setEnabled(plainKey(keys, input.KeyId).keyArn, true));
      return {};
    },
  });
