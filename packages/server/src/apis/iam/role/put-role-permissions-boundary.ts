import { PutRolePermissionsBoundaryCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, roleName } from "../members.ts";
import { boundaryContext, ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html */
export const putRolePermissionsBoundary = (access: Pick<Access, "users" | "roles">) =>
  operation(PutRolePermissionsBoundaryCommand, {
    members: { RoleName: roleName, PermissionsBoundary: arn },
    permissions: ({ RoleName, PermissionsBoundary }, call) => [
      ownerPermission(
        access,
        "PutRolePermissionsBoundary",
        { kind: "role", name: RoleName },
        call,
        boundaryContext(PermissionsBoundary),
      ),
    ],
    handle: ({ RoleName, PermissionsBoundary }) => {
      raise(access.roles.setBoundary(RoleName, PermissionsBoundary));
      return {};
    },
  });
