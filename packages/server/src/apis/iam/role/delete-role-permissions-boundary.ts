import { DeleteRolePermissionsBoundaryCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html */
export const deleteRolePermissionsBoundary = (access: Pick<Access, "users" | "roles">) =>
  operation(DeleteRolePermissionsBoundaryCommand, {
    members: { RoleName: roleName },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "DeleteRolePermissionsBoundary", { kind: "role", name: RoleName }, call),
    ],
    handle: ({ RoleName }) => {
      raise(access.roles.setBoundary(RoleName, undefined));
      return {};
    },
  });
