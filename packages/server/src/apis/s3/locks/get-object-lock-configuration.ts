import { GetObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const getObjectLockConfiguration = (buckets: Pick<Buckets, "find">) =>
  operation(GetObjectLockConfigurationCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketObjectLockConfiguration")],
    actions: ["s3:GetBucketObjectLockConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      if (bucket.objectLock === undefined) {
        throw s3Error(
          "ObjectLockConfigurationNotFoundError",
          "Object Lock configuration does not exist for this bucket",
          { BucketName: input.Bucket },
        );
      }
      const { defaultRetention } = bucket.objectLock;
      const rule = defaultRetention && {
        DefaultRetention: {
          Mode: defaultRetention.mode,
          Days: defaultRetention.days,
          Years: defaultRetention.years,
        },
      };
      return { ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" as const, Rule: rule } };
    },
  });
