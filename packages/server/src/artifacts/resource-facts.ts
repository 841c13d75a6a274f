import { parseS3Arn } from "./buckets/bucket-name.ts";
import type { BucketStore } from "./buckets/bucket-store.ts";
import type { ObjectStore } from "./objects/object-store.ts";

/** What access control needs to know of a bucket or an object that somebody wants to use. */
export interface S3Facts {
  readonly policy?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The bucket policy that governs an S3 ARN, and the tags of the bucket or object that it names. */
export function s3Facts(buckets: BucketStore, objects: ObjectStore, arn: string): S3Facts | undefined {
  const named = parseS3Arn(arn);
  if (named === undefined) return undefined;
  const bucket = buckets.find(named.bucket);
  if (bucket === undefined) return undefined;
  const object = named.key === undefined ? undefined : objects.latest(named.bucket, named.key);
  const objectTags = object?.kind === "object" ? object.description.tags : undefined;
  const tags = named.key === undefined ? bucket.tags : objectTags;
  return {
    ...(bucket.policy === undefined ? {} : { policy: bucket.policy }),
    ...(tags === undefined ? {} : { tags }),
  };
}
