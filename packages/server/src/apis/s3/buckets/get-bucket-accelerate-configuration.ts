import { GetBucketAccelerateConfigurationCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/** Transfers are never accelerated: the answer of a bucket where that was never set. */
export const getBucketAccelerateConfiguration = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketAccelerateConfigurationCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetAccelerateConfiguration")],
    actions: ["s3:GetAccelerateConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return {};
    },
  });
