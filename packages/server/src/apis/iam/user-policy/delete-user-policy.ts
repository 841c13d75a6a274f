import { DeleteUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyName, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html */
export const deleteUserPolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(DeleteUserPolicyCommand, {
    members: { UserName: userName, PolicyName: policyName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "DeleteUserPolicy", { kind: "user", name: UserName }, call),
    ],
    handle: ({ UserName, PolicyName }) => {
      settled(access.users.get(UserName));
      raise(access.policies.removeInline({ kind: "user", name: UserName }, PolicyName));
      return {};
    },
  });
