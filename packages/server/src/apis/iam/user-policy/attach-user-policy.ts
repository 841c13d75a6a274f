import { AttachUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
export const attachUserPolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(AttachUserPolicyCommand, {
    members: { UserName: userName, PolicyArn: arn },
    permissions: ({ UserName, PolicyArn }, call) => [
      ownerPermission(access, "AttachUserPolicy", { kind: "user", name: UserName }, call, {
        "iam:PolicyARN": PolicyArn,
      }),
    ],
    handle: ({ UserName, PolicyArn }) => {
      settled(access.users.get(UserName));
      raise(access.policies.attach({ kind: "user", name: UserName }, PolicyArn));
      return {};
    },
  });
