import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { flag, integer } from "@strongroom/wire";
import type { LogEventRow, Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { groupName, streamArn, streamName, token } from "../log-members.ts";
import { invalidParameter, noSuch } from "../logs-error.ts";
import { eventsMax, withinPage } from "./event-page.ts";

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html. Tokens say
 * where a reader stands: `f/<id>` after an event, `b/<id>` before one; at the end a token comes back as it was.
 */
export const getLogEvents = (logs: Pick<Logs, "group" | "stream" | "events">) =>
  operation(GetLogEventsCommand, {
    members: {
      logGroupName: groupName,
      logStreamName: streamName,
      startTime: integer({ min: 0 }),
      endTime: integer({ min: 0 }),
      nextToken: token,
      limit: integer({ min: 1, max: eventsMax }),
      startFromHead: flag(),
    },
    permissions: (input, call) => [
      { action: "logs:GetLogEvents", resource: streamArn(call, input.logGroupName ?? "", input.logStreamName) },
    ],
    mutates: false,
    handle: (input) => {
      const { logGroupName: group, logStreamName: stream } = input;
      if (group === undefined) throw invalidParameter("logGroupName must be given");
      if (logs.group(group) === undefined) throw noSuch("log group");
      if (logs.stream(group, stream) === undefined) throw noSuch("log stream");
      const position = positionOf(input);
      const found = logs.events({
        group,
        streams: [stream],
        fromMs: input.startTime,
        toMs: input.endTime,
        limit: input.limit ?? eventsMax,
        ...(position.isForward ? { afterId: position.id } : { beforeId: position.id, newestFirst: true }),
      });
      const page = withinPage(found);
      return answer(position.isForward ? page : page.reverse(), position);
    },
  });

interface Position {
  readonly isForward: boolean;
  readonly id: number;
}

function positionOf(input: { readonly nextToken?: string; readonly startFromHead?: boolean }): Position {
  if (input.nextToken === undefined) {
    return input.startFromHead === true
      ? { isForward: true, id: 0 }
      : { isForward: false, id: Number.MAX_SAFE_INTEGER };
  }
  const [, direction, id] = /^([fb])\/([0-9]{1,16})$/.exec(input.nextToken) ?? [];
  if (direction === undefined) throw invalidParameter("The specified nextToken is invalid.");
  return { isForward: direction === "f", id: Number(id) };
}

function answer(page: readonly LogEventRow[], position: Position) {
  const { first, last } = rangeOf(page, position);
  return {
    events: page.map(({ at, message, ingested_at }) => ({ timestamp: at, message, ingestionTime: ingested_at })),
    nextForwardToken: `f/${last}`,
    nextBackwardToken: `b/${first}`,
  };
}

/** The first and the last event of a page; a reader that found nothing stays where it stood. */
function rangeOf(page: readonly LogEventRow[], { isForward, id }: Position): { first: number; last: number } {
  const [first, last] = [page[0]?.id, page.at(-1)?.id];
  if (first !== undefined && last !== undefined) return { first, last };
  if (isForward) return { first: id + 1, last: id };
  return { first: id, last: id === Number.MAX_SAFE_INTEGER ? 0 : id - 1 };
}
