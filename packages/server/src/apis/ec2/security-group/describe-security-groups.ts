import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { AwsError, flag, list, text } from "@strongroom/wire";
import type { SecurityGroup, SecurityGroups } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { type Fields, filtered, listingMembers, pageOf, visible, withIds } from "../listing.ts";
import { stopIfDryRun } from "../outcome.ts";
import { tagList } from "../tags.ts";
import { permissionsOf } from "./ip-permissions.ts";

const fields: Fields<SecurityGroup> = {
  "group-id": ({ groupId }) => [groupId],
  "group-name": ({ name }) => [name],
  "vpc-id": ({ vpcId }) => [vpcId],
  description: ({ description }) => [description],
};

const notFound = (id: string) =>
  new AwsError({ code: "InvalidGroup.NotFound", message: `The security group '${id}' does not exist`, status: 400 });

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export const describeSecurityGroups = (groups: Pick<SecurityGroups, "list">) =>
  operation(DescribeSecurityGroupsCommand, {
    members: { ...listingMembers, GroupIds: list(text({ max: 32 }), { max: 1000 }), DryRun: flag() },
    permissions: () => [{ action: "ec2:DescribeSecurityGroups", resource: "*" }],
    mutates: false,
    handle: (input, call) => {
      stopIfDryRun(input);
      const idOf = ({ groupId }: { readonly groupId: string }) => groupId;
      const seen = visible(groups.list(), call, { action: "ec2:DescribeSecurityGroups", type: "security-group", idOf });
      const found = withIds(seen, input.GroupIds, idOf, notFound);
      const { page, ...next } = pageOf(filtered(found, input, fields), input);
      const SecurityGroups = page.map((group) => ({
        GroupId: group.groupId,
        GroupName: group.name,
        Description: group.description,
        VpcId: group.vpcId,
        OwnerId: call.accountId,
        SecurityGroupArn: ec2Arn(call, "security-group", group.groupId),
        IpPermissions: permissionsOf(group.rules, "ingress", call.accountId),
        IpPermissionsEgress: permissionsOf(group.rules, "egress", call.accountId),
        Tags: tagList(group.tags),
      }));
      return { SecurityGroups, ...next };
    },
  });
