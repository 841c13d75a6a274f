import { PutBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";
import { flag, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/**
 * Notifies the rules on events, or nobody. There are no topics, queues and functions: their configurations are no
 * members. Whether destinations are validated makes no difference, since none is anywhere else.
 */
export const putBucketNotificationConfiguration = (buckets: Pick<Buckets, "setNotifications">) =>
  operation(PutBucketNotificationConfigurationCommand, {
    members: {
      Bucket: text(),
      NotificationConfiguration: { EventBridgeConfiguration: {} },
      SkipDestinationValidation: flag(),
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketNotification")],
    actions: ["s3:PutBucketNotification"],
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, NotificationConfiguration: asked } = input;
      const set = buckets.setNotifications(bucket, asked.EventBridgeConfiguration !== undefined);
      if (set.kind !== "set") throw noSuchBucket(bucket);
      return {};
    },
  });
