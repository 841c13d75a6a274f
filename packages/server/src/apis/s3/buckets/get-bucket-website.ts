import { GetBucketWebsiteCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

/** Buckets are no web sites. */
export const getBucketWebsite = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketWebsiteCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketWebsite")],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      const extra = { BucketName: input.Bucket };
      throw s3Error("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration", extra);
    },
  });
