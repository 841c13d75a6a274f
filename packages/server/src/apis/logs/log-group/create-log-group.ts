import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { groupName, groupResource } from "../log-members.ts";
import { alreadyExists } from "../logs-error.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const createLogGroup = (logs: Pick<Logs, "createGroup">) =>
  operation(CreateLogGroupCommand, {
    members: { logGroupName: groupName },
    permissions: (input, call) => [
      { action: "logs:CreateLogGroup", resource: groupResource(call, input.logGroupName) },
    ],
    handle: (input) => {
      if (logs.createGroup(input.logGroupName) === "already-exists") throw alreadyExists("log group");
      return {};
    },
  });
