import { GetBucketInventoryConfigurationCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

/** No inventories are written. None can be set, so no id names one. */
export const getBucketInventoryConfiguration = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketInventoryConfigurationCommand, {
    members: { Bucket: text(), Id: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetInventoryConfiguration")],
    actions: ["s3:GetInventoryConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      throw s3Error("NoSuchConfiguration", "The specified configuration does not exist.");
    },
  });
