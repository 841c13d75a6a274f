import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const deleteBucket = (buckets: Pick<Buckets, "delete">) =>
  operation(DeleteBucketCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "DeleteBucket")],
    handle: async (input, call) => {
      checkOwner(input, call);
      switch (await buckets.delete(input.Bucket)) {
        case "deleted":
          return {};
        case "no-such-bucket":
          throw noSuchBucket(input.Bucket);
        case "not-empty":
          throw s3Error("BucketNotEmpty", "The bucket you tried to delete is not empty", {
            BucketName: input.Bucket,
          });
      }
    },
  });
