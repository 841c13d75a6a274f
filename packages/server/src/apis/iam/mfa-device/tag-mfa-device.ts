import { TagMFADeviceCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { mfaSerial, tags } from "../members.ts";
import { tagContext, tagRecord } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagMFADevice.html */
export const tagMfaDevice = (access: Pick<Access, "people">) =>
  operation(TagMFADeviceCommand, {
    members: { SerialNumber: mfaSerial, Tags: tags },
    permissions: ({ SerialNumber, Tags }) => [
      { action: "iam:TagMFADevice", resource: SerialNumber, context: tagContext(Tags) },
    ],
    handle: ({ SerialNumber, Tags }) => {
      raise(access.people.mfaDevices.tag(SerialNumber, tagRecord(Tags)));
      return {};
    },
  });
