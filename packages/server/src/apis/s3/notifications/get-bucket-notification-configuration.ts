import { GetBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/** Of a bucket that notifies nobody the answer is the empty one. */
export const getBucketNotificationConfiguration = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketNotificationConfigurationCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketNotification")],
    actions: ["s3:GetBucketNotification"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      return bucket.notifiesEventBridge === true ? { EventBridgeConfiguration: {} } : {};
    },
  });
