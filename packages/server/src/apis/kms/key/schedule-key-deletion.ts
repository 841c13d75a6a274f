import { ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { integer } from "@strongroom/wire";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

const daysDefault = 30;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
export const scheduleKeyDeletion = (keys: Pick<Keys, "find" | "scheduleDeletion">) =>
  operation(ScheduleKeyDeletionCommand, {
    members: { KeyId: keyIdText, PendingWindowInDays: integer({ min: 7, max: 30 }) },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:ScheduleKeyDeletion", input.KeyId);
      const days = String(input.PendingWindowInDays ?? daysDefault);
      return [{ ...demand, context: { ...demand.context, "kms:ScheduleKeyDeletionPendingWindowInDays": days } }];
    },
    handle: (input) => {
      const days = input.PendingWindowInDays ?? daysDefault;
      const { key } = accepted(keys.scheduleDeletion(plainKey(keys, input.KeyId).keyArn, days));
      return {
        KeyId: key.keyArn,
        ...(key.deletionAt !== undefined && { DeletionDate: key.deletionAt }),
        KeyState: key.state,
        PendingWindowInDays: days,
      };
    },
  });
