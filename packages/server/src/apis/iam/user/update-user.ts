import { UpdateUserCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { path, userName } from "../members.ts";
import { ownerPermission, renamePermissions } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html */
export const updateUser = (access: Pick<Access, "users" | "roles">) =>
  operation(UpdateUserCommand, {
    members: { UserName: userName, NewUserName: userName, NewPath: path },
    permissions: ({ UserName, NewUserName, NewPath }, call) => {
      const permission = ownerPermission(access, "UpdateUser", { kind: "user", name: UserName }, call);
      return renamePermissions(permission, "user", { name: NewUserName, path: NewPath }, call);
    },
    handle: ({ UserName, NewUserName, NewPath }) => {
      raise(access.users.update(UserName, { name: NewUserName, path: NewPath }));
      return {};
    },
  });
