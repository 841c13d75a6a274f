import { UpdateRoleDescriptionCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { roleDetails } from "../answer.ts";
import { roleDescription, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html */
export const updateRoleDescription = (access: Pick<Access, "users" | "roles">) =>
  operation(UpdateRoleDescriptionCommand, {
    members: { RoleName: roleName, Description: roleDescription },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "UpdateRoleDescription", { kind: "role", name: RoleName }, call),
    ],
    handle: ({ RoleName, Description }) => ({
      Role: roleDetails(settled(access.roles.update(RoleName, { description: Description }))),
    }),
  });
