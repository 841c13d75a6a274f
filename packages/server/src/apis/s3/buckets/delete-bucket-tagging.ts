import { DeleteBucketTaggingCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

export const deleteBucketTagging = (buckets: Pick<Buckets, "setTags">) =>
  operation(DeleteBucketTaggingCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketTagging")],
    actions: ["s3:PutBucketTagging"],
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.setTags(input.Bucket, undefined).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
