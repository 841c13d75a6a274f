import { GetBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

/** Nothing expires by itself: the answer of a bucket where no lifecycle was ever set. */
export const getBucketLifecycleConfiguration = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketLifecycleConfigurationCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetLifecycleConfiguration")],
    actions: ["s3:GetLifecycleConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      const extra = { BucketName: input.Bucket };
      throw s3Error("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", extra);
    },
  });
