import { DetachRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export const detachRolePolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(DetachRolePolicyCommand, {
    members: { RoleName: roleName, PolicyArn: arn },
    permissions: ({ RoleName, PolicyArn }, call) => [
      ownerPermission(access, "DetachRolePolicy", { kind: "role", name: RoleName }, call, {
        "iam:PolicyARN": PolicyArn,
      }),
    ],
    handle: ({ RoleName, PolicyArn }) => {
      settled(access.roles.get(RoleName));
      raise(access.policies.detach({ kind: "role", name: RoleName }, PolicyArn));
      return {};
    },
  });
