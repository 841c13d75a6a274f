import { DeleteAccessKeyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accessKeyId, userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html */
export const deleteAccessKey = (access: Pick<Access, "users" | "roles">) =>
  operation(DeleteAccessKeyCommand, {
    members: { UserName: userName, AccessKeyId: accessKeyId },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "DeleteAccessKey", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    handle: ({ UserName, AccessKeyId }, call) => {
      raise(access.users.removeAccessKey(callerOr(UserName, call), AccessKeyId));
      return {};
    },
  });
