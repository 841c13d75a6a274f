import { EnableKeyRotationCommand } from "@aws-sdk/client-kms";
import { integer } from "@strongroom/wire";
import type { Keys, Rotations } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
export const enableKeyRotation = (keys: Pick<Keys, "find">, rotations: Pick<Rotations, "enable" | "daysOf">) =>
  operation(EnableKeyRotationCommand, {
    members: { KeyId: keyIdText, RotationPeriodInDays: integer({ min: 90, max: 2560 }) },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:EnableKeyRotation", input.KeyId);
      const found = keys.find(input.KeyId);
      // ② what is meant is told although it is not said, so that no condition is passed by leaving it out.
      const days = rotations.daysOf(found.kind === "found" ? found : undefined, input.RotationPeriodInDays);
      return [{ ...demand, context: { ...demand.context, "kms:RotationPeriodInDays": String(days) } }];
    },
    handle: (input) => {
      accepted(rotations.enable(plainKey(keys, input.KeyId).keyArn, input.RotationPeriodInDays));
      return {};
    },
  });
