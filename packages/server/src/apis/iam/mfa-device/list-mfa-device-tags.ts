import { ListMFADeviceTagsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems, mfaSerial } from "../members.ts";
import { tagPage } from "../paging.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADeviceTags.html */
export const listMfaDeviceTags = (access: Pick<Access, "people">) =>
  operation(ListMFADeviceTagsCommand, {
    members: { SerialNumber: mfaSerial, Marker: marker, MaxItems: maxItems },
    permissions: ({ SerialNumber }) => [{ action: "iam:ListMFADeviceTags", resource: SerialNumber }],
    mutates: false,
    handle: (input) => tagPage(settled(access.people.mfaDevices.get(input.SerialNumber)).tags, input),
  });
