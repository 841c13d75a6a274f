import { CancelKeyDeletionCommand } from "@aws-sdk/client-kms";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html */
export const cancelKeyDeletion = (keys: Pick<Keys, "find" | "cancelDeletion">) =>
  operation(CancelKeyDeletionCommand, {
    members: { KeyId: keyIdText },
    permissions: (input) => [keyDemand(keys, "kms:CancelKeyDeletion", input.KeyId)],
    handle: (input) => {
      const { key } = accepted(keys.cancelDeletion(plainKey(keys, input.KeyId).keyArn));
      return { KeyId: key.keyArn };
    },
  });
