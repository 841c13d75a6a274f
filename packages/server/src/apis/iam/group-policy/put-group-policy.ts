import { PutGroupPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { document, groupName, policyName } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html */
export const putGroupPolicy = (access: Pick<Access, "groups" | "policies">) =>
  operation(PutGroupPolicyCommand, {
    members: { GroupName: groupName, PolicyName: policyName, PolicyDocument: document },
    permissions: ({ GroupName }, call) => [groupPermission(access, "PutGroupPolicy", GroupName, call)],
    handle: ({ GroupName, PolicyName, PolicyDocument }) => {
      settled(access.groups.get(GroupName));
      const policy = { name: PolicyName, document: PolicyDocument };
      raise(access.policies.putInline({ kind: "group", name: GroupName }, policy));
      return {};
    },
  });
