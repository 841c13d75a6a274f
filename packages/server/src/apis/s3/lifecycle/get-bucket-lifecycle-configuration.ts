import { GetBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets, Expiration, LifecycleRule } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";
import { tagSetOf } from "../tags.ts";

export const getBucketLifecycleConfiguration = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketLifecycleConfigurationCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetLifecycleConfiguration")],
    actions: ["s3:GetLifecycleConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      const { lifecycle } = bucket;
      if (lifecycle === undefined) {
        const extra = { BucketName: input.Bucket };
        throw s3Error("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", extra);
      }
      return {
        Rules: lifecycle.rules.map(ruleAnswer),
        TransitionDefaultMinimumObjectSize: lifecycle.transitionMinimumSize,
      };
    },
  });

function ruleAnswer(rule: LifecycleRule) {
  const { id, isEnabled, expiration, noncurrentExpiration: noncurrent, abortUploadAfterDays: days } = rule;
  return {
    ID: id,
    ...filterAnswer(rule),
    Status: isEnabled ? ("Enabled" as const) : ("Disabled" as const),
    ...(expiration === undefined ? {} : { Expiration: expirationAnswer(expiration) }),
    ...(noncurrent === undefined
      ? {}
      : {
          NoncurrentVersionExpiration: {
            NoncurrentDays: noncurrent.days,
            NewerNoncurrentVersions: noncurrent.newerVersions,
          },
        }),
    ...(days === undefined ? {} : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: days } }),
  };
}

function filterAnswer({ filter, filterForm }: LifecycleRule) {
  const { prefix: Prefix, tags, sizeAbove: ObjectSizeGreaterThan, sizeBelow: ObjectSizeLessThan } = filter;
  if (filterForm === "rule") return { Prefix };
  const Tags = tags === undefined ? undefined : tagSetOf(tags);
  const sizes = { ObjectSizeGreaterThan, ObjectSizeLessThan };
  return { Filter: filterForm === "and" ? { And: { Prefix, Tags, ...sizes } } : { Prefix, Tag: Tags?.[0], ...sizes } };
}

function expirationAnswer(expiration: Expiration) {
  if ("days" in expiration) return { Days: expiration.days };
  if ("date" in expiration) return { Date: new Date(expiration.date) };
  return { ExpiredObjectDeleteMarker: expiration.expiredDeleteMarker };
}
