import { AwsError } from "@strongroom/wire";
import type { Refusal, RefusalReason } from "../../artifacts/index.ts";
import { quoted } from "./entity-tag.ts";

/** Source: "Error responses", Amazon S3 API reference. */
const statusOf = {
  AccessControlListNotSupported: 400,
  AccessDenied: 403,
  BadDigest: 400,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IllegalLocationConstraintException: 400,
  IncompleteBody: 400,
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidBucketState: 409,
  InvalidEncryptionAlgorithmError: 400,
  InvalidPart: 400,
  InvalidPartNumber: 416,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidStorageClass: 400,
  InvalidTag: 400,
  KeyTooLongError: 400,
  "KMS.DisabledException": 400,
  "KMS.KMSInvalidStateException": 400,
  "KMS.NotFoundException": 400,
  MalformedPolicy: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  MissingRequestBodyError: 400,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchObjectLockConfiguration: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  NotImplemented: 501,
  NotModified: 304,
  ObjectLockConfigurationNotFoundError: 404,
  PreconditionFailed: 412,
  ReplicationConfigurationNotFoundError: 404,
} as const;
export type S3ErrorCode = keyof typeof statusOf;

export function s3Error(
  code: S3ErrorCode,
  message: string,
  extra: Record<string, string> = {},
  headers: readonly (readonly [string, string])[] = [],
): AwsError {
  return new AwsError({ code, message, status: statusOf[code], extra, headers });
}

const codeOf: Readonly<Record<RefusalReason, S3ErrorCode>> = {
  "no-such-bucket": "NoSuchBucket",
  "no-such-key": "NoSuchKey",
  "no-such-version": "NoSuchVersion",
  "invalid-version-id": "InvalidArgument",
  "no-such-upload": "NoSuchUpload",
  "is-delete-marker": "MethodNotAllowed",
  "key-too-long": "KeyTooLongError",
  "not-modified": "NotModified",
  "precondition-failed": "PreconditionFailed",
  "invalid-range": "InvalidRange",
  "range-not-of-source": "InvalidArgument",
  "bad-digest": "BadDigest",
  "checksum-mismatch": "BadDigest",
  "incomplete-body": "IncompleteBody",
  "invalid-request": "InvalidRequest",
  "too-large": "EntityTooLarge",
  "invalid-part": "InvalidPart",
  "invalid-part-order": "InvalidPartOrder",
  "invalid-part-number": "InvalidPartNumber",
  "part-too-small": "EntityTooSmall",
  "copy-onto-itself": "InvalidRequest",
  "key-unusable": "KMS.KMSInvalidStateException",
  "key-disabled": "KMS.DisabledException",
  "key-not-found": "KMS.NotFoundException",
  "access-denied": "AccessDenied",
  locked: "AccessDenied",
  "lock-not-enabled": "InvalidRequest",
  "retention-in-the-past": "InvalidArgument",
  "disk-full": "InsufficientStorage",
  broken: "InternalError",
};

/** The outcome, where it is no refusal; a refusal becomes the error that S3 gives. */
export function accepted<T extends { readonly kind: string }>(outcome: T | Refusal): Exclude<T, Refusal> {
  if (isRefusal(outcome)) throw refusalError(outcome);
  return outcome as Exclude<T, Refusal>;
}

function isRefusal(outcome: { readonly kind: string }): outcome is Refusal {
  return outcome.kind === "refused";
}

export function refusalError(refusal: Refusal): AwsError {
  const { argument } = refusal;
  const extra: Record<string, string> = {
    ...(refusal.reason === "is-delete-marker" && { Method: "GET", ResourceType: "DeleteMarker" }),
    ...(argument !== undefined && { ArgumentName: argument.name, ArgumentValue: argument.value }),
  };
  return s3Error(codeOf[refusal.reason], refusal.message, extra, refusalHeaders(refusal));
}

/** What S3 tells in headers of the delete marker that was met, or of the object that was not modified. */
function refusalHeaders({ reason, versionId, lastModified, etag }: Refusal): [string, string][] {
  const modified: [string, string][] =
    lastModified === undefined ? [] : [["last-modified", lastModified.toUTCString()]];
  if (reason === "not-modified") return etag === undefined ? modified : [["etag", quoted(etag)], ...modified];
  if (versionId === undefined) return [];
  const marker: [string, string][] = [
    ["x-amz-delete-marker", "true"],
    ["x-amz-version-id", versionId],
  ];
  return reason === "is-delete-marker" ? [...marker, ...modified, ["allow", "DELETE"]] : marker;
}

export const noSuchBucket = (bucket: string): AwsError =>
  s3Error("NoSuchBucket", "The specified bucket does not exist", { BucketName: bucket });

/** A document whose elements are not what S3 publishes of it. */
export const malformedXml = (): AwsError =>
  s3Error("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

/** For documents that S3's model does not require, and S3 does. */
export const missingBody = (): AwsError => s3Error("MissingRequestBodyError", "Request Body is empty");

export const lockNotEnabled = (): AwsError => s3Error("InvalidRequest", "Bucket is missing Object Lock Configuration");

export const unreadableLock = (): AwsError => s3Error("InternalError", "The lock of this object cannot be read.");
