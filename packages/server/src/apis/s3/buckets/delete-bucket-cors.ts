import { DeleteBucketCorsCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

export const deleteBucketCors = (buckets: Pick<Buckets, "setCors">) =>
  operation(DeleteBucketCorsCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketCORS")],
    actions: ["s3:PutBucketCORS"],
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.setCors(input.Bucket, undefined).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
