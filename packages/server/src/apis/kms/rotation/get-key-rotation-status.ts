import { GetKeyRotationStatusCommand } from "@aws-sdk/client-kms";
import type { Keys, Rotations } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html */
export const getKeyRotationStatus = (keys: Pick<Keys, "find">, rotations: Pick<Rotations, "status">) =>
  operation(GetKeyRotationStatusCommand, {
    members: { KeyId: keyIdText },
    permissions: (input) => [keyDemand(keys, "kms:GetKeyRotationStatus", input.KeyId)],
    mutates: false,
    handle: (input) => {
      const { keyArn, automatic } = accepted(rotations.status(plainKey(keys, input.KeyId).keyArn));
      if (automatic === undefined) return { KeyId: keyArn, KeyRotationEnabled: false };
      const { days, nextAt } = automatic;
      return { KeyId: keyArn, KeyRotationEnabled: true, RotationPeriodInDays: days, NextRotationDate: nextAt };
    },
  });
