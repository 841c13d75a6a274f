import { AttachGroupPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, groupName } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { raise, settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html */
export const attachGroupPolicy = (access: Pick<Access, "groups" | "policies">) =>
  operation(AttachGroupPolicyCommand, {
    members: { GroupName: groupName, PolicyArn: arn },
    permissions: ({ GroupName, PolicyArn }, call) => [
      groupPermission(access, "AttachGroupPolicy", GroupName, call, { "iam:PolicyARN": PolicyArn }),
    ],
    handle: ({ GroupName, PolicyArn }) => {
      settled(access.groups.get(GroupName));
      raise(access.policies.attach({ kind: "group", name: GroupName }, PolicyArn));
      return {};
    },
  });
