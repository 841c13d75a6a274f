import { ListMFADevicesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems, userName } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";
import { deviceAnswer } from "./mfa-device-answer.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html */
export const listMfaDevices = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(ListMFADevicesCommand, {
    members: { UserName: userName, Marker: marker, MaxItems: maxItems },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "ListMFADevices", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    mutates: false,
    handle: (input, call) => {
      const { id, name } = settled(access.users.get(callerOr(input.UserName, call)));
      const devices = access.people.mfaDevices.of(id).map((device) => ({ ...device, name: device.serial }));
      const page = pageOfList(devices, input);
      return { MFADevices: page.items.map((device) => deviceAnswer(device, name)), ...pageEnd(page) };
    },
  });
