import { DeleteSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { flag, text } from "@strongroom/wire";
import type { SecurityGroups } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { accepted, required, stopIfDryRun } from "../outcome.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html */
export const deleteSecurityGroup = (groups: Pick<SecurityGroups, "delete">) =>
  operation(DeleteSecurityGroupCommand, {
    members: { GroupId: text({ max: 32 }), DryRun: flag() },
    permissions: ({ GroupId }, call) => [
      { action: "ec2:DeleteSecurityGroup", resource: ec2Arn(call, "security-group", required(GroupId, "groupId")) },
    ],
    handle: (input) => {
      const groupId = required(input.GroupId, "groupId");
      stopIfDryRun(input);
      accepted(groups.delete(groupId));
      return { Return: true, GroupId: groupId };
    },
  });
