import { DisableKeyRotationCommand } from "@aws-sdk/client-kms";
import type { Keys, Rotations } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html */
export const disableKeyRotation = (keys: Pick<Keys, "find">, rotations: Pick<Rotations, "disable">) =>
  operation(DisableKeyRotationCommand, {
    members: { KeyId: keyIdText },
    permissions: (input) => [keyDemand(keys, "kms:DisableKeyRotation", input.KeyId)],
    handle: (input) => {
      accepted(rotations.disable(plainKey(keys, input.KeyId).keyArn));
      return {};
    },
  });
