import { CreateVirtualMFADeviceCommand } from "@aws-sdk/client-iam";
import { qrPicture, type Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { mfaDeviceName, path, tags } from "../members.ts";
import { tagContext, tagRecord } from "../permission.ts";
import { settled } from "../raise.ts";
import { virtualDeviceAnswer } from "./mfa-device-answer.ts";

/** The seed is told here, once. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html */
export const createVirtualMfaDevice = (access: Pick<Access, "people">) =>
  operation(CreateVirtualMFADeviceCommand, {
    members: { VirtualMFADeviceName: mfaDeviceName, Path: path, Tags: tags },
    permissions: ({ VirtualMFADeviceName, Path = "/", Tags }) => {
      const resource = access.people.mfaDevices.serialOf(VirtualMFADeviceName, Path);
      const create = { action: "iam:CreateVirtualMFADevice", resource, context: tagContext(Tags) };
      const isTagged = Tags !== undefined && Tags.length > 0;
      return isTagged ? [create, { ...create, action: "iam:TagMFADevice" }] : [create];
    },
    actions: ["iam:CreateVirtualMFADevice", "iam:TagMFADevice"],
    handle: ({ VirtualMFADeviceName, Path = "/", Tags }) => {
      const { mfaDevices } = access.people;
      const { device, seed, uri } = settled(mfaDevices.create(VirtualMFADeviceName, Path, tagRecord(Tags)));
      const secrets = { Base32StringSeed: Buffer.from(seed), QRCodePNG: qrPicture(uri) };
      return { VirtualMFADevice: { ...virtualDeviceAnswer(device, undefined), ...secrets } };
    },
  });
