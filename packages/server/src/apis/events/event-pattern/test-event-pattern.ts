import { InvalidEventPatternException, TestEventPatternCommand } from "@aws-sdk/client-eventbridge";
import { matchesPattern, patternFaultText, readPattern } from "@strongroom/patterns";
import { text } from "@strongroom/wire";
import { eventFault } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { validationError } from "../events-error.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export const testEventPattern = () =>
  operation(TestEventPatternCommand, {
    members: { EventPattern: text({ max: 4096 }), Event: text({ max: 256 * 1024 }) },
    permissions: () => [{ action: "events:TestEventPattern", resource: "*" }],
    mutates: false,
    handle: (input) => {
      const pattern = readPattern(input.EventPattern);
      if (pattern.kind === "fault") {
        throw new InvalidEventPatternException({ message: `${patternFaultText(pattern)}.`, $metadata: {} });
      }
      return { Result: matchesPattern(pattern, eventIn(input.Event)) };
    },
  });

function eventIn(written: string): object {
  let event: unknown;
  try {
    event = JSON.parse(written);
  } catch {
    throw validationError("Parameter Event is not valid. Reason: it is not JSON.");
  }
  const fault = eventFault(event);
  if (fault !== undefined) throw validationError(`Parameter Event is not valid. Reason: ${fault}.`);
  return event as object;
}
