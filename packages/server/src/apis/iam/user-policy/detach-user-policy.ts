import { DetachUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html */
export const detachUserPolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(DetachUserPolicyCommand, {
    members: { UserName: userName, PolicyArn: arn },
    permissions: ({ UserName, PolicyArn }, call) => [
      ownerPermission(access, "DetachUserPolicy", { kind: "user", name: UserName }, call, {
        "iam:PolicyARN": PolicyArn,
      }),
    ],
    handle: ({ UserName, PolicyArn }) => {
      settled(access.users.get(UserName));
      raise(access.policies.detach({ kind: "user", name: UserName }, PolicyArn));
      return {};
    },
  });
