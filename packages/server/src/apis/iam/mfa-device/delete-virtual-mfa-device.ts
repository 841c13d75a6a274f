import { DeleteVirtualMFADeviceCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { mfaSerial } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html */
export const deleteVirtualMfaDevice = (access: Pick<Access, "people">) =>
  operation(DeleteVirtualMFADeviceCommand, {
    members: { SerialNumber: mfaSerial },
    permissions: ({ SerialNumber }) => [{ action: "iam:DeleteVirtualMFADevice", resource: SerialNumber }],
    handle: ({ SerialNumber }) => {
      raise(access.people.mfaDevices.remove(SerialNumber));
      return {};
    },
  });
