import { GetRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyName, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const getRolePolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(GetRolePolicyCommand, {
    members: { RoleName: roleName, PolicyName: policyName },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "GetRolePolicy", { kind: "role", name: RoleName }, call),
    ],
    mutates: false,
    handle: ({ RoleName, PolicyName }) => {
      settled(access.roles.get(RoleName));
      const { document } = settled(access.policies.getInline({ kind: "role", name: RoleName }, PolicyName));
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
  });
