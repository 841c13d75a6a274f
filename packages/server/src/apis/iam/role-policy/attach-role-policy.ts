import { AttachRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, roleName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const attachRolePolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(AttachRolePolicyCommand, {
    members: { RoleName: roleName, PolicyArn: arn },
    permissions: ({ RoleName, PolicyArn }, call) => [
      ownerPermission(access, "AttachRolePolicy", { kind: "role", name: RoleName }, call, {
        "iam:PolicyARN": PolicyArn,
      }),
    ],
    handle: ({ RoleName, PolicyArn }) => {
      settled(access.roles.get(RoleName));
      raise(access.policies.attach({ kind: "role", name: RoleName }, PolicyArn));
      return {};
    },
  });
