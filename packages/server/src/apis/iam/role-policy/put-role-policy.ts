import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { document, policyName, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const putRolePolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(PutRolePolicyCommand, {
    members: { RoleName: roleName, PolicyName: policyName, PolicyDocument: document },
    permissions: ({ RoleName }, call) => [
      ownerPermission(access, "PutRolePolicy", { kind: "role", name: RoleName }, call),
    ],
    handle: ({ RoleName, PolicyName, PolicyDocument }) => {
      settled(access.roles.get(RoleName));
      const policy = { name: PolicyName, document: PolicyDocument };
      raise(access.policies.putInline({ kind: "role", name: RoleName }, policy));
      return {};
    },
  });
