import { DeleteBucketLifecycleCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

export const deleteBucketLifecycle = (buckets: Pick<Buckets, "setLifecycle">) =>
  operation(DeleteBucketLifecycleCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutLifecycleConfiguration")],
    actions: ["s3:PutLifecycleConfiguration"],
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.setLifecycle(input.Bucket, undefined).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
