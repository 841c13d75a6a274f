import { CreateSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { flag, text } from "@strongroom/wire";
import type { SecurityGroups } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { creationPermissions, ec2Arn } from "../arn.ts";
import { accepted, invalidParameter, required, stopIfDryRun } from "../outcome.ts";
import { newTags, tagList, tagSpecifications } from "../tags.ts";

const names = /[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]*/;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export const createSecurityGroup = (groups: Pick<SecurityGroups, "create">) =>
  operation(CreateSecurityGroupCommand, {
    members: {
      GroupName: text({ min: 1, max: 255, pattern: names }),
      Description: text({ min: 1, max: 255, pattern: names }),
      VpcId: text({ max: 32 }),
      TagSpecifications: tagSpecifications,
      DryRun: flag(),
    },
    permissions: ({ VpcId, TagSpecifications }, call) => [
      { action: "ec2:CreateSecurityGroup", resource: ec2Arn(call, "vpc", required(VpcId, "vpcId")) },
      ...creationPermissions(call, {
        operation: "CreateSecurityGroup",
        type: "security-group",
        tags: newTags(TagSpecifications, "security-group"),
      }),
    ],
    actions: ["ec2:CreateSecurityGroup", "ec2:CreateTags"],
    handle: (input, call) => {
      const { GroupName: name, Description: description } = input;
      if (name.startsWith("sg-")) throw invalidParameter("Group names must not start with sg-.");
      stopIfDryRun(input);
      const tags = newTags(input.TagSpecifications, "security-group");
      const { group } = accepted(groups.create({ vpcId: required(input.VpcId, "vpcId"), name, description, tags }));
      return {
        GroupId: group.groupId,
        SecurityGroupArn: ec2Arn(call, "security-group", group.groupId),
        Tags: tagList(group.tags),
      };
    },
  });
