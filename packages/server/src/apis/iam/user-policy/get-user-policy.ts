import { GetUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyName, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html */
export const getUserPolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(GetUserPolicyCommand, {
    members: { UserName: userName, PolicyName: policyName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "GetUserPolicy", { kind: "user", name: UserName }, call),
    ],
    mutates: false,
    handle: ({ UserName, PolicyName }) => {
      settled(access.users.get(UserName));
      const { document } = settled(access.policies.getInline({ kind: "user", name: UserName }, PolicyName));
      return { UserName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
  });
