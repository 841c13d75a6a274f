import { DeleteGroupPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName, policyName } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html */
export const deleteGroupPolicy = (access: Pick<Access, "groups" | "policies">) =>
  operation(DeleteGroupPolicyCommand, {
    members: { GroupName: groupName, PolicyName: policyName },
    permissions: ({ GroupName }, call) => [groupPermission(access, "DeleteGroupPolicy", GroupName, call)],
    handle: ({ GroupName, PolicyName }) => {
      settled(access.groups.get(GroupName));
      raise(access.policies.removeInline({ kind: "group", name: GroupName }, PolicyName));
      return {};
    },
  });
