/**
 * Why an object cannot be put, read or removed. These are expected outcomes; the message is written for
 * whoever called.
 */
export type RefusalReason =
  | "no-such-bucket"
  | "no-such-key"
  | "no-such-version"
  | "invalid-version-id"
  | "no-such-upload"
  | "is-delete-marker"
  | "key-too-long"
  | "not-modified"
  | "precondition-failed"
  | "invalid-range"
  | "range-not-of-source"
  | "bad-digest"
  | "checksum-mismatch"
  | "incomplete-body"
  | "invalid-request"
  | "too-large"
  | "invalid-part"
  | "invalid-part-order"
  | "invalid-part-number"
  | "part-too-small"
  | "copy-onto-itself"
  | "key-unusable"
  | "key-disabled"
  | "key-not-found"
  | "access-denied"
  | "locked"
  | "lock-not-enabled"
  | "retention-in-the-past"
  | "disk-full"
  | "broken";

export interface Refusal {
  readonly kind: "refused";
  readonly reason: RefusalReason;
  readonly message: string;
  /** Of the delete marker that was met. */
  readonly versionId?: string;
  /** Of that marker, or of the object that was not modified. */
  readonly lastModified?: Date;
  /** Of the object that was not modified. */
  readonly etag?: string;
  /** What was asked for and cannot be meant. */
  readonly argument?: { readonly name: string; readonly value: string };
}

export function refuse(
  reason: RefusalReason,
  message: string,
  more: Pick<Refusal, "versionId" | "lastModified" | "etag" | "argument"> = {},
): Refusal {
  return { kind: "refused", reason, message, ...more };
}

export const noSuchBucket = (bucket: string): Refusal =>
  refuse("no-such-bucket", `The specified bucket does not exist: ${bucket}`);
export const noSuchKey = (key: string): Refusal => refuse("no-such-key", `The specified key does not exist: ${key}`);
export const noSuchVersion = (key: string, versionId: string): Refusal =>
  refuse("no-such-version", `The specified version does not exist: ${key} version ${versionId}`);
export const lockNotEnabled = refuse("lock-not-enabled", "Bucket is missing Object Lock Configuration");
