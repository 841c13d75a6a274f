import { ListBucketIntelligentTieringConfigurationsCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/** There is one tier. None can be set, so the list is empty. */
export const listBucketIntelligentTieringConfigurations = (buckets: Pick<Buckets, "find">) =>
  operation(ListBucketIntelligentTieringConfigurationsCommand, {
    members: { Bucket: text(), ContinuationToken: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetIntelligentTieringConfiguration")],
    actions: ["s3:GetIntelligentTieringConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return { IsTruncated: false };
    },
  });
