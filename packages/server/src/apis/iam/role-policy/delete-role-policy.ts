import { DeleteRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyName, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export const deleteRolePolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(DeleteRolePolicyCommand, {
    members: { RoleName: roleName, PolicyName: policyName },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "DeleteRolePolicy", { kind: "role", name: RoleName }, call),
    ],
    handle: ({ RoleName, PolicyName }) => {
      settled(access.roles.get(RoleName));
      raise(access.policies.removeInline({ kind: "role", name: RoleName }, PolicyName));
      return {};
    },
  });
