import { UntagMFADeviceCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { mfaSerial, tagKeys } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagMFADevice.html */
export const untagMfaDevice = (access: Pick<Access, "people">) =>
  operation(UntagMFADeviceCommand, {
    members: { SerialNumber: mfaSerial, TagKeys: tagKeys },
    permissions: ({ SerialNumber, TagKeys }) => [
      { action: "iam:UntagMFADevice", resource: SerialNumber, context: { "aws:TagKeys": TagKeys } },
    ],
    handle: ({ SerialNumber, TagKeys }) => {
      raise(access.people.mfaDevices.untag(SerialNumber, TagKeys));
      return {};
    },
  });
