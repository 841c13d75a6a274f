import { GetRoleCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { roleDetails, roleLastUsed } from "../answer.ts";
import { roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const getRole = (access: Pick<Access, "users" | "roles" | "lastUsed">) =>
  operation(GetRoleCommand, {
    members: { RoleName: roleName },
    permissions: ({ RoleName }, call) => [ownerPermission(access, "GetRole", { kind: "role", name: RoleName }, call)],
    mutates: false,
    handle: ({ RoleName }) => {
      const role = settled(access.roles.get(RoleName));
      return { Role: { ...roleDetails(role), RoleLastUsed: roleLastUsed(access.lastUsed.last(role.id)) } };
    },
  });
