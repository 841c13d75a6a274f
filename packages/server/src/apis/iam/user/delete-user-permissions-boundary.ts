import { DeleteUserPermissionsBoundaryCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html */
export const deleteUserPermissionsBoundary = (access: Pick<Access, "users" | "roles">) =>
  operation(DeleteUserPermissionsBoundaryCommand, {
    members: { UserName: userName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "DeleteUserPermissionsBoundary", { kind: "user", name: UserName }, call),
    ],
    handle: ({ UserName }) => {
      raise(access.users.setBoundary(UserName, undefined));
      return {};
    },
  });
