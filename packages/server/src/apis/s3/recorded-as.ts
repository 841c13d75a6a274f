import type { RecordedAs } from "@strongroom/wire";
import { bucketArn, objectArn } from "../../artifacts/index.ts";
import { readCopySource } from "./copy-source.ts";

/** What is done with objects and their uploads, and what looks into a bucket; the rest is about its configuration. */
const isData = (operation: string): boolean =>
  operation === "HeadBucket" ||
  (/Object|Part|Multipart/.test(operation) && !operation.includes("ObjectLockConfiguration"));

/**
 * What CloudTrail's records of S3 calls name besides their parameters.
 * Source: "Amazon S3 CloudTrail events" and "Example: Amazon S3 log file entries", Amazon S3 user guide.
 */
export function recordedAs(
  operation: string,
  input: { readonly Bucket?: string; readonly Key?: string; readonly CopySource?: string },
  accountId: string,
): RecordedAs {
  const { Bucket: bucket, Key: key, CopySource: copySource } = input;
  const resources = [
    ...(bucket === undefined ? [] : named(bucket, key, accountId)),
    ...sourceOf(copySource, accountId),
  ];
  return { isData: isData(operation), resources };
}

function named(bucket: string, key: string | undefined, accountId: string): RecordedAs["resources"] {
  const whole = { type: "AWS::S3::Bucket", ARN: bucketArn(bucket), accountId };
  return key === undefined ? [whole] : [{ type: "AWS::S3::Object", ARN: objectArn(bucket, key) }, whole];
}

/** A source that cannot be read is refused elsewhere; the record is made of it all the same. */
function sourceOf(copySource: string | undefined, accountId: string): RecordedAs["resources"] {
  if (copySource === undefined) return [];
  try {
    const { bucket, key } = readCopySource(copySource);
    return named(bucket, key, accountId);
  } catch {
    return [];
  }
}
