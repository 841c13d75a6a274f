import { UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { oneOf } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accessKeyId, userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html */
export const updateAccessKey = (access: Pick<Access, "users" | "roles">) =>
  operation(UpdateAccessKeyCommand, {
    members: { UserName: userName, AccessKeyId: accessKeyId, Status: oneOf("Active", "Inactive") },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "UpdateAccessKey", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    handle: ({ UserName, AccessKeyId, Status }, call) => {
      raise(access.users.setAccessKeyActive(callerOr(UserName, call), AccessKeyId, Status === "Active"));
      return {};
    },
  });
