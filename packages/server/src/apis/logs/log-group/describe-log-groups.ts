import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { integer } from "@strongroom/wire";
import type { Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { groupArn, groupName, groupResource, listLimitMax, token } from "../log-members.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups = (logs: Pick<Logs, "groups">) =>
  operation(DescribeLogGroupsCommand, {
    members: { logGroupNamePrefix: groupName, nextToken: token, limit: integer({ min: 1, max: listLimitMax }) },
    permissions: (input, call) => [
      { action: "logs:DescribeLogGroups", resource: groupResource(call, input.logGroupNamePrefix ?? "") },
    ],
    mutates: false,
    handle: (input, call) => {
      const limit = input.limit ?? listLimitMax;
      const found = logs.groups(input.logGroupNamePrefix ?? "", input.nextToken ?? "", limit + 1);
      const page = found.slice(0, limit);
      return {
        logGroups: page.map((group) => ({
          logGroupName: group.name,
          arn: `${groupArn(call, group.name)}:*`,
          logGroupArn: groupArn(call, group.name),
          creationTime: group.created_at,
        })),
        ...(found.length > limit ? { nextToken: page.at(-1)?.name } : {}),
      };
    },
  });
