import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { flag, integer, list, text } from "@strongroom/wire";
import type { Logs } from "../../../compute/index.ts";
import { operation, type ServerCall } from "../../operation.ts";
import { groupName, groupResource, streamArn, streamName, token } from "../log-members.ts";
import { invalidParameter, noSuch } from "../logs-error.ts";
import { eventsMax, withinPage } from "./event-page.ts";
import { filterPattern } from "./filter-pattern.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filterLogEvents = (logs: Pick<Logs, "group" | "events">) =>
  operation(FilterLogEventsCommand, {
    members: {
      logGroupName: groupName,
      logStreamNames: list(streamName, { min: 1, max: 100 }),
      logStreamNamePrefix: streamName,
      startTime: integer({ min: 0 }),
      endTime: integer({ min: 0 }),
      filterPattern: text({ max: 1024 }),
      nextToken: token,
      limit: integer({ min: 1, max: eventsMax }),
      interleaved: flag(),
    },
    permissions: (input, call) => [
      { action: "logs:FilterLogEvents", resource: groupResource(call, input.logGroupName ?? "") },
    ],
    mutates: false,
    handle: (input, call) => {
      const { logGroupName: group, limit = eventsMax } = input;
      if (group === undefined) throw invalidParameter("logGroupName must be given");
      if (logs.group(group) === undefined) throw noSuch("log group");
      const afterId = Number(input.nextToken ?? "0");
      if (!Number.isSafeInteger(afterId)) throw invalidParameter("The specified nextToken is invalid.");
      const isSeen = streamsSeen(call, group);
      const matches = filterPattern(input.filterPattern ?? "");
      const found = logs.events({
        group,
        streams: input.logStreamNames,
        streamPrefix: input.logStreamNamePrefix,
        fromMs: input.startTime,
        toMs: input.endTime,
        afterId,
        limit: limit + 1,
      });
      const page = withinPage(found.slice(0, limit));
      return {
        events: page
          .filter(({ message, stream_name }) => isSeen(stream_name) && matches(message))
          .map(({ id, stream_name, at, ingested_at, message }) => ({
            logStreamName: stream_name,
            timestamp: at,
            message,
            ingestionTime: ingested_at,
            eventId: String(id).padStart(20, "0"),
          })),
        searchedLogStreams: [],
        ...(page.length < found.length ? { nextToken: String(page.at(-1)?.id ?? afterId) } : {}),
      };
    },
  });

/** ② a policy that restricts the search to certain streams restricts whose events it tells. */
function streamsSeen(call: ServerCall, group: string): (stream: string) => boolean {
  const seen = new Map<string, boolean>();
  return (stream) => {
    let isSeen = seen.get(stream);
    if (isSeen === undefined) {
      isSeen = call.authority.sees({ action: "logs:FilterLogEvents", resource: streamArn(call, group, stream) });
      seen.set(stream, isSeen);
    }
    return isSeen;
  };
}
