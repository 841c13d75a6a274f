import {
  InvalidParameterException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";

export function noSuch(what: "log group" | "log stream"): ResourceNotFoundException {
  return new ResourceNotFoundException({ message: `The specified ${what} does not exist.`, $metadata: {} });
}

export function alreadyExists(what: "log group" | "log stream"): ResourceAlreadyExistsException {
  return new ResourceAlreadyExistsException({ message: `The specified ${what} already exists`, $metadata: {} });
}

export function invalidParameter(message: string): InvalidParameterException {
  return new InvalidParameterException({ message, $metadata: {} });
}
