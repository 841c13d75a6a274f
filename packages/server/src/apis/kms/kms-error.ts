import {
  AlreadyExistsException,
  DisabledException,
  IncorrectKeyException,
  InvalidAliasNameException,
  InvalidCiphertextException,
  InvalidMarkerException,
  KMSInvalidStateException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NotFoundException,
} from "@aws-sdk/client-kms";
import { AwsError } from "@strongroom/wire";
import type { Refusal } from "../../encryption/index.ts";

type KmsReason =
  | "not-found"
  | "disabled"
  | "pending-deletion"
  | "not-pending"
  | "invalid-ciphertext"
  | "malformed-policy"
  | "too-many-tags"
  | "already-exists"
  | "invalid-alias"
  | "reserved-alias";

/** What a domain refused, as the exception that KMS models for it. */
export function kmsError({ reason, message }: Refusal<KmsReason>): Error {
  const x = { message, $metadata: {} };
  switch (reason) {
    case "not-found":
      return new NotFoundException(x);
    case "disabled":
      return new DisabledException(x);
    case "pending-deletion":
    case "not-pending":
      return new KMSInvalidStateException(x);
    case "invalid-ciphertext":
      return new InvalidCiphertextException(x);
    case "malformed-policy":
      return new MalformedPolicyDocumentException(x);
    case "too-many-tags":
      return new LimitExceededException(x);
    case "already-exists":
      return new AlreadyExistsException(x);
    case "invalid-alias":
      return new InvalidAliasNameException(x);
    case "reserved-alias":
      // AWS answers so, although its model does not name it.
      return new AwsError({ code: "NotAuthorizedException", message, status: 400 });
  }
}

/** The outcome, unless it is a refusal: that is thrown as KMS's exception. */
export function accepted<T extends { readonly kind: string }>(
  outcome: T | Refusal<KmsReason>,
): Exclude<T, { readonly kind: "refused" }> {
  if (isRefusal(outcome)) throw kmsError(outcome);
  return outcome as Exclude<T, { readonly kind: "refused" }>;
}

function isRefusal(outcome: { readonly kind: string }): outcome is Refusal<KmsReason> {
  return outcome.kind === "refused";
}

export function incorrectKey(): Error {
  const message = "The key ID in the request does not identify a CMK that can perform this operation.";
  return new IncorrectKeyException({ message, $metadata: {} });
}

export function invalidMarker(): Error {
  return new InvalidMarkerException({ message: "The marker is not valid.", $metadata: {} });
}

export function validationError(message: string): Error {
  return new AwsError({ code: "ValidationException", message, status: 400 });
}
