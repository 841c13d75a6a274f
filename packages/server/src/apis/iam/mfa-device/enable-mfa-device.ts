import { EnableMFADeviceCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { mfaCode, mfaSerial, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html */
export const enableMfaDevice = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(EnableMFADeviceCommand, {
    members: {
      UserName: userName,
      SerialNumber: mfaSerial,
      AuthenticationCode1: mfaCode,
      AuthenticationCode2: mfaCode,
    },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "EnableMFADevice", { kind: "user", name: UserName }, call),
    ],
    handle: ({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }) => {
      const codes = [AuthenticationCode1, AuthenticationCode2] as const;
      raise(access.people.mfaDevices.enable(UserName, SerialNumber, codes));
      return {};
    },
  });
