import { ListVirtualMFADevicesCommand } from "@aws-sdk/client-iam";
import { oneOf } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems } from "../members.ts";
import { pageEnd, pageRequest } from "../paging.ts";
import { virtualDeviceAnswer } from "./mfa-device-answer.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html */
export const listVirtualMfaDevices = (access: Pick<Access, "people">) =>
  operation(ListVirtualMFADevicesCommand, {
    members: { AssignmentStatus: oneOf("Assigned", "Unassigned", "Any"), Marker: marker, MaxItems: maxItems },
    permissions: () => [{ action: "iam:ListVirtualMFADevices", resource: access.people.mfaDevices.serialOf("", "/") }],
    mutates: false,
    handle: ({ AssignmentStatus = "Any", ...paging }) => {
      const { mfaDevices } = access.people;
      const { items, more } = mfaDevices.list(AssignmentStatus, pageRequest(paging));
      const VirtualMFADevices = items.map((device) => virtualDeviceAnswer(device, mfaDevices.ownerOf(device)));
      return { VirtualMFADevices, ...pageEnd({ items: items.map(({ serial }) => ({ name: serial })), more }) };
    },
  });
