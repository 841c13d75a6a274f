import { CreateLogStreamCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { groupName, groupResource, streamName } from "../log-members.ts";
import { alreadyExists, noSuch } from "../logs-error.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const createLogStream = (logs: Pick<Logs, "createStream">) =>
  operation(CreateLogStreamCommand, {
    members: { logGroupName: groupName, logStreamName: streamName },
    permissions: (input, call) => [
      { action: "logs:CreateLogStream", resource: groupResource(call, input.logGroupName) },
    ],
    handle: (input) => {
      const created = logs.createStream(input.logGroupName, input.logStreamName);
      if (created === "no-such-group") throw noSuch("log group");
      if (created === "already-exists") throw alreadyExists("log stream");
      return {};
    },
  });
