import { PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { list, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket } from "../s3-error.ts";
import { bucketTagsMax, readTagSet } from "../tags.ts";

export const putBucketTagging = (buckets: Pick<Buckets, "setTags">) =>
  operation(PutBucketTaggingCommand, {
    members: {
      Bucket: text(),
      Tagging: { TagSet: list({ Key: text(), Value: text() }) },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketTagging")],
    // The model says 200; S3 itself has nothing to tell.
    status: 204,
    handle: (input, call) => {
      checkOwner(input, call);
      const tags = readTagSet(input.Tagging.TagSet, bucketTagsMax);
      if (buckets.setTags(input.Bucket, tags).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
