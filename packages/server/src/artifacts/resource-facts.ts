import type { Permission } from "../access/index.ts";
import { parseS3Arn } from "./buckets/bucket-name.ts";
import type { BucketStore } from "./buckets/bucket-store.ts";
import type { ObjectStore, ObjectVersion } from "./objects/object-store.ts";

/** What access control needs to know of a bucket or an object that somebody wants to use. */
export interface S3Facts {
  readonly policy?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * `s3:BucketTag/<key>` of the bucket, and `s3:ExistingObjectTag/<key>` of the object, or of the version of it
   * that is asked for.
   */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Writing and deleting an object looks at no tag that it has, as in S3; reading it, and changing its tags, does. */
const looksAtTags = /^s3:(Get|PutObject(Version)?Tagging$|DeleteObject(Version)?Tagging$)/i;

/** The bucket policy that governs an S3 ARN, and the tags of the bucket or object version that it names. */
export function s3Facts(
  buckets: BucketStore,
  objects: ObjectStore,
  { action, resource, context }: Permission,
): S3Facts | undefined {
  const named = parseS3Arn(resource);
  if (named === undefined) return undefined;
  const bucket = buckets.find(named.bucket);
  if (bucket === undefined) return undefined;
  const object =
    named.key === undefined ? undefined : objectNamed(objects, named.bucket, named.key, context?.["s3:VersionId"]);
  const objectTags = object?.kind === "object" ? object.description.tags : undefined;
  const tags = named.key === undefined ? bucket.tags : objectTags;
  return {
    ...(bucket.policy === undefined ? {} : { policy: bucket.policy }),
    ...(tags === undefined ? {} : { tags }),
    conditions: {
      ...keysOf("s3:BucketTag", bucket.tags),
      ...(looksAtTags.test(action) ? keysOf("s3:ExistingObjectTag", objectTags) : {}),
    },
  };
}

function objectNamed(objects: ObjectStore, bucket: string, key: string, versionId: unknown): ObjectVersion | undefined {
  return typeof versionId === "string" ? objects.find(bucket, key, versionId) : objects.latest(bucket, key);
}

function keysOf(name: string, tags: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`${name}/${key}`, value]));
}
