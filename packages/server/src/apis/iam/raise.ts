import {
  DeleteConflictException,
  EntityAlreadyExistsException,
  EntityTemporarilyUnmodifiableException,
  InvalidAuthenticationCodeException,
  InvalidInputException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PasswordPolicyViolationException,
} from "@aws-sdk/client-iam";
import { isRefused, type Refusal } from "../../access/index.ts";

const exceptions = {
  "already-exists": EntityAlreadyExistsException,
  "not-found": NoSuchEntityException,
  "delete-conflict": DeleteConflictException,
  "malformed-policy": MalformedPolicyDocumentException,
  "limit-exceeded": LimitExceededException,
  invalid: InvalidInputException,
  "password-policy": PasswordPolicyViolationException,
  "invalid-code": InvalidAuthenticationCodeException,
  "temporarily-unmodifiable": EntityTemporarilyUnmodifiableException,
} as const satisfies Record<Refusal["reason"], unknown>;

/** What was asked for, or AWS's exception for the refusal. */
export function settled<T extends object>(outcome: T | Refusal): T {
  if (isRefused(outcome)) throw errorOf(outcome);
  return outcome;
}

export function raise(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw errorOf(refusal);
}

function errorOf({ reason, message }: Refusal): Error {
  return new exceptions[reason]({ message, $metadata: {} });
}
