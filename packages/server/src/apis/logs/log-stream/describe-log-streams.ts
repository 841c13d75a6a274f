import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { flag, integer, oneOf } from "@strongroom/wire";
import type { Logs, LogStreamRow } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { groupName, groupResource, listLimitMax, streamArn, streamName, token } from "../log-members.ts";
import { invalidParameter, noSuch } from "../logs-error.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
export const describeLogStreams = (logs: Pick<Logs, "group" | "streamsByName" | "streamsByTime">) =>
  operation(DescribeLogStreamsCommand, {
    members: {
      logGroupName: groupName,
      logStreamNamePrefix: streamName,
      orderBy: oneOf("LogStreamName", "LastEventTime"),
      descending: flag(),
      nextToken: token,
      limit: integer({ min: 1, max: listLimitMax }),
    },
    permissions: (input, call) => [
      { action: "logs:DescribeLogStreams", resource: groupResource(call, input.logGroupName ?? "") },
    ],
    mutates: false,
    handle: (input, call) => {
      const { logGroupName: group, logStreamNamePrefix: prefix = "", limit = listLimitMax } = input;
      if (group === undefined) throw invalidParameter("logGroupName must be given");
      if (logs.group(group) === undefined) throw noSuch("log group");
      const isByTime = input.orderBy === "LastEventTime";
      if (isByTime && prefix !== "")
        throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
      if (!isByTime && input.descending === true) throw invalidParameter("descending is served for LastEventTime only");
      const skip = isByTime ? Number(input.nextToken ?? "0") : 0;
      if (!Number.isSafeInteger(skip)) throw invalidParameter("The specified nextToken is invalid.");
      const found = isByTime
        ? logs.streamsByTime(group, input.descending === true, skip, limit + 1)
        : logs.streamsByName(group, prefix, input.nextToken ?? "", limit + 1);
      const page = found.slice(0, limit);
      const next = isByTime ? String(skip + limit) : page.at(-1)?.name;
      return {
        // ② a policy that restricts the list to certain streams restricts which names it tells.
        logStreams: page.flatMap((stream) => {
          const arn = streamArn(call, group, stream.name);
          return call.authority.sees({ action: "logs:DescribeLogStreams", resource: arn }) ? [answer(stream, arn)] : [];
        }),
        ...(found.length > limit ? { nextToken: next } : {}),
      };
    },
  });

function answer(stream: LogStreamRow, arn: string) {
  return {
    logStreamName: stream.name,
    arn,
    creationTime: stream.created_at,
    ...(stream.first_event_at === null ? {} : { firstEventTimestamp: stream.first_event_at }),
    ...(stream.last_event_at === null ? {} : { lastEventTimestamp: stream.last_event_at }),
    ...(stream.last_ingested_at === null ? {} : { lastIngestionTime: stream.last_ingested_at }),
    uploadSequenceToken: String(stream.id),
  };
}
