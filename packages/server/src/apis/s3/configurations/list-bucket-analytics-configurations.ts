import { ListBucketAnalyticsConfigurationsCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/** Nothing analyses how objects are used. None can be set, so the list is empty. */
export const listBucketAnalyticsConfigurations = (buckets: Pick<Buckets, "find">) =>
  operation(ListBucketAnalyticsConfigurationsCommand, {
    members: { Bucket: text(), ContinuationToken: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetAnalyticsConfiguration")],
    actions: ["s3:GetAnalyticsConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return { IsTruncated: false };
    },
  });
