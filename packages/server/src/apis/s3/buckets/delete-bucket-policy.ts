import { DeleteBucketPolicyCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

export const deleteBucketPolicy = (buckets: Pick<Buckets, "setPolicy">) =>
  operation(DeleteBucketPolicyCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "DeleteBucketPolicy")],
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.setPolicy(input.Bucket, undefined).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
