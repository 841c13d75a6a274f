import { GetMFADeviceCommand, NoSuchEntityException } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { mfaSerial, userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";
import { enabled } from "./mfa-device-answer.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html */
export const getMfaDevice = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(GetMFADeviceCommand, {
    members: { SerialNumber: mfaSerial, UserName: userName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "GetMFADevice", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    mutates: false,
    handle: ({ SerialNumber, UserName }, call) => {
      const { id, name } = settled(access.users.get(callerOr(UserName, call)));
      const device = access.people.mfaDevices.of(id).find(({ serial }) => serial === SerialNumber);
      if (device === undefined) {
        const message = `MFA device with serial number ${SerialNumber} doesn't exist for ${name}.`;
        throw new NoSuchEntityException({ message, $metadata: {} });
      }
      return { SerialNumber, UserName: name, ...enabled(device.enabledAt) };
    },
  });
