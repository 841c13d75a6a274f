import { DeactivateMFADeviceCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { mfaSerial, userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html */
export const deactivateMfaDevice = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(DeactivateMFADeviceCommand, {
    members: { UserName: userName, SerialNumber: mfaSerial },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "DeactivateMFADevice", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    handle: ({ UserName, SerialNumber }, call) => {
      raise(access.people.mfaDevices.deactivate(callerOr(UserName, call), SerialNumber));
      return {};
    },
  });
