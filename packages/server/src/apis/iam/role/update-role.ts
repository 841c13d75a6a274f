import { UpdateRoleCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { maxSessionSeconds, roleDescription, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html */
export const updateRole = (access: Pick<Access, "users" | "roles">) =>
  operation(UpdateRoleCommand, {
    members: { RoleName: roleName, Description: roleDescription, MaxSessionDuration: maxSessionSeconds },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "UpdateRole", { kind: "role", name: RoleName }, call),
    ],
    handle: ({ RoleName, Description, MaxSessionDuration }) => {
      const settings = { description: Description, maxSessionSeconds: MaxSessionDuration };
      settled(access.roles.update(RoleName, settings));
      return {};
    },
  });
