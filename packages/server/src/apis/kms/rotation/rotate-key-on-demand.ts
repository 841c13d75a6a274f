import { RotateKeyOnDemandCommand } from "@aws-sdk/client-kms";
import type { Keys, Rotations } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** The new material is in use when this answers. https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html */
export const rotateKeyOnDemand = (keys: Pick<Keys, "find">, rotations: Pick<Rotations, "now">) =>
  operation(RotateKeyOnDemandCommand, {
    members: { KeyId: keyIdText },
    permissions: (input) => [keyDemand(keys, "kms:RotateKeyOnDemand", input.KeyId)],
    handle: (input) => ({ KeyId: accepted(rotations.now(plainKey(keys, input.KeyId).keyArn)).keyArn }),
  });
