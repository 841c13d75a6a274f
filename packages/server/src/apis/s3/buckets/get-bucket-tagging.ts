import { GetBucketTaggingCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";
import { tagSetOf } from "../tags.ts";

export const getBucketTagging = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketTaggingCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketTagging")],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      if (bucket.tags === undefined) {
        throw s3Error("NoSuchTagSet", "The TagSet does not exist", { BucketName: input.Bucket });
      }
      return { TagSet: tagSetOf(bucket.tags) };
    },
  });
