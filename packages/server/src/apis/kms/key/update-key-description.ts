import { UpdateKeyDescriptionCommand } from "@aws-sdk/client-kms";
import { text } from "@strongroom/wire";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html */
export const updateKeyDescription = (keys: Pick<Keys, "find" | "setDescription">) =>
  operation(UpdateKeyDescriptionCommand, {
    members: { KeyId: keyIdText, Description: text({ max: 8192 }) },
    permissions: (input) => [keyDemand(keys, "kms:UpdateKeyDescription", input.KeyId)],
    handle: (input) => {
      accepted(keys.setDescription(plainKey(keys, input.KeyId).keyArn, input.Description));
      return {};
    },
  });
