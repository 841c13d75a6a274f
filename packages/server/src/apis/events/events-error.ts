import {
  InvalidEventPatternException,
  LimitExceededException,
  ResourceNotFoundException,
} from "@aws-sdk/client-eventbridge";
import { AwsError } from "@strongroom/wire";
import type { Refusal } from "../../detection/index.ts";

/** What a domain refused, as the exception that EventBridge models for it. */
function eventsError({ reason, message }: Refusal): Error {
  const x = { message, $metadata: {} };
  switch (reason) {
    case "not-found":
      return new ResourceNotFoundException(x);
    case "invalid-pattern":
      return new InvalidEventPatternException(x);
    case "limit":
      return new LimitExceededException(x);
    case "invalid":
      return validationError(message);
  }
}

/** The outcome, unless it is a refusal: that is thrown as EventBridge's exception. */
export function accepted<T extends { readonly kind: string }>(outcome: T | Refusal): Exclude<T, Refusal> {
  if (isRefusal(outcome)) throw eventsError(outcome);
  return outcome as Exclude<T, Refusal>;
}

function isRefusal(outcome: { readonly kind: string }): outcome is Refusal {
  return outcome.kind === "refused";
}

export function noSuchRule(name: string): Error {
  const message = `Rule ${name} does not exist on EventBus default.`;
  return new ResourceNotFoundException({ message, $metadata: {} });
}

export function noSuchBus(name: string): Error {
  const message = `Event bus ${name} does not exist.`;
  return new ResourceNotFoundException({ message, $metadata: {} });
}

export function validationError(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message, status: 400 });
}
