import { GetBucketOwnershipControlsCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/** Ownership is enforced in every bucket, whether that was said of it or not. */
export const getBucketOwnershipControls = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketOwnershipControlsCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketOwnershipControls")],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" as const }] } };
    },
  });
