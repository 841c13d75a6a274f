import { GetGroupPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName, policyName } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html */
export const getGroupPolicy = (access: Pick<Access, "groups" | "policies">) =>
  operation(GetGroupPolicyCommand, {
    members: { GroupName: groupName, PolicyName: policyName },
    permissions: ({ GroupName }, call) => [groupPermission(access, "GetGroupPolicy", GroupName, call)],
    mutates: false,
    handle: ({ GroupName, PolicyName }) => {
      settled(access.groups.get(GroupName));
      const { document } = settled(access.policies.getInline({ kind: "group", name: GroupName }, PolicyName));
      return { GroupName, PolicyName, PolicyDocument: encodeURIComponent(document) };
    },
  });
