import { PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { integer, list, text } from "@strongroom/wire";
import type { Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { groupName, streamArn, streamName } from "../log-members.ts";
import { invalidParameter, noSuch } from "../logs-error.ts";

const eventsMax = 10_000;
const batchBytesMax = 1_048_576;
const eventOverheadBytes = 26;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
export const putLogEvents = (logs: Pick<Logs, "append">) =>
  operation(PutLogEventsCommand, {
    members: {
      logGroupName: groupName,
      logStreamName: streamName,
      logEvents: list({ timestamp: integer({ min: 0 }), message: text({ min: 1 }) }, { min: 1, max: eventsMax }),
      // Taken and not looked at, as CloudWatch Logs does since 2023.
      sequenceToken: text({ min: 1 }),
    },
    permissions: (input, call) => [
      { action: "logs:PutLogEvents", resource: streamArn(call, input.logGroupName, input.logStreamName) },
    ],
    handle: (input) => {
      const sizes = input.logEvents.map(({ message }) => Buffer.byteLength(message) + eventOverheadBytes);
      if (sizes.reduce((total, size) => total + size, 0) > batchBytesMax) {
        throw invalidParameter(`Upload too large: a batch has at most ${batchBytesMax} bytes`);
      }
      const isSorted = input.logEvents.every(
        (event, index, all) => index === 0 || event.timestamp >= (all[index - 1]?.timestamp ?? 0),
      );
      if (!isSorted)
        throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.");
      const stored = logs.append(input.logGroupName, input.logStreamName, input.logEvents);
      if (stored === "no-such-group") throw noSuch("log group");
      if (stored === "no-such-stream") throw noSuch("log stream");
      return { nextSequenceToken: "0" };
    },
  });
