import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { document, policyName, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html */
export const putUserPolicy = (access: Pick<Access, "users" | "roles" | "policies">) =>
  operation(PutUserPolicyCommand, {
    members: { UserName: userName, PolicyName: policyName, PolicyDocument: document },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "PutUserPolicy", { kind: "user", name: UserName }, call),
    ],
    handle: ({ UserName, PolicyName, PolicyDocument }) => {
      settled(access.users.get(UserName));
      const policy = { name: PolicyName, document: PolicyDocument };
      raise(access.policies.putInline({ kind: "user", name: UserName }, policy));
      return {};
    },
  });
