import { DisableKeyCommand } from "@aws-sdk/client-kms";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html */
export const disableKey = (keys: Pick<Keys, "find" | "setEnabled">) =>
  operation(DisableKeyCommand, {
    members: { KeyId: keyIdText },
    permissions: (input) => [keyDemand(keys, "kms:DisableKey", input.KeyId)],
    handle: (input) => {
      accepted(keys.setEnabled(plainKey(keys, input.KeyId).keyArn, false));
      return {};
    },
  });
