import {
  AlreadyExistsException,
  DisabledException,
  DryRunOperationException,
  ExpiredImportTokenException,
  IncorrectKeyException,
  IncorrectKeyMaterialException,
  InvalidAliasNameException,
  InvalidArnException,
  InvalidCiphertextException,
  InvalidGrantIdException,
  InvalidGrantTokenException,
  InvalidImportTokenException,
  InvalidKeyUsageException,
  InvalidMarkerException,
  KMSInvalidMacException,
  KMSInvalidSignatureException,
  KMSInvalidStateException,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NotFoundException,
  TagException,
  UnsupportedOperationException,
} from "@aws-sdk/client-kms";
import { AwsError } from "@strongroom/wire";
import type { Refusal } from "../../encryption/index.ts";

type KmsReason =
  | "not-found"
  | "disabled"
  | "pending-deletion"
  | "pending-import"
  | "unsupported"
  | "invalid-usage"
  | "invalid-arn"
  | "invalid-grant"
  | "invalid-input"
  | "limit"
  | "not-pending"
  | "invalid-ciphertext"
  | "malformed-policy"
  | "too-many-tags"
  | "already-exists"
  | "invalid-alias"
  | "reserved-alias"
  | "incorrect-material"
  | "invalid-token"
  | "expired-token"
  | "rotation-waits"
  | "no-material-waits";

/** What a domain refused, as the exception that KMS models for it. */
export function kmsError({ reason, message }: Refusal<KmsReason>): Error {
  const x = { message, $metadata: {} };
  switch (reason) {
    case "not-found":
      return new NotFoundException(x);
    case "disabled":
      return new DisabledException(x);
    case "pending-deletion":
    case "pending-import":
    case "not-pending":
    case "rotation-waits":
    case "no-material-waits":
      return new KMSInvalidStateException(x);
    case "invalid-ciphertext":
      return new InvalidCiphertextException(x);
    case "incorrect-material":
      return new IncorrectKeyMaterialException(x);
    case "invalid-token":
      return new InvalidImportTokenException(x);
    case "expired-token":
      return new ExpiredImportTokenException(x);
    case "malformed-policy":
      return new MalformedPolicyDocumentException(x);
    case "too-many-tags":
    case "limit":
      return new LimitExceededException(x);
    case "unsupported":
      return new UnsupportedOperationException(x);
    case "invalid-usage":
      return new InvalidKeyUsageException(x);
    case "invalid-arn":
      return new InvalidArnException(x);
    case "invalid-grant":
    case "invalid-input":
      return validationError(message);
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

export function invalidGrantToken(): Error {
  return new InvalidGrantTokenException({ message: "The grant token is not valid.", $metadata: {} });
}

export function invalidGrantId(grantId: string): Error {
  return new InvalidGrantIdException({ message: `The grant ID ${grantId} is not valid.`, $metadata: {} });
}

export function tagError(message: string): Error {
  return new TagException({ message, $metadata: {} });
}

export function invalidArn(arn: string): Error {
  return new InvalidArnException({ message: `ARN ${arn} is not valid.`, $metadata: {} });
}

export function grantNotFound(grantId: string): Error {
  return new NotFoundException({ message: `Grant ID ${grantId} is not found.`, $metadata: {} });
}

/** The answer of DryRun: everything held, and nothing was done. */
export function dryRun(): Error {
  const message = "The request would have succeeded, but the DryRun option is set.";
  return new DryRunOperationException({ message, $metadata: {} });
}

export function invalidSignature(): Error {
  return new KMSInvalidSignatureException({ message: "The signature does not hold.", $metadata: {} });
}

export function invalidMac(): Error {
  return new KMSInvalidMacException({ message: "The MAC does not hold.", $metadata: {} });
}
