import { PutBucketOwnershipControlsCommand } from "@aws-sdk/client-s3";
import { list, oneOf, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket } from "../s3-error.ts";

/** BucketOwnerEnforced is what every bucket has; the two settings that give ACLs a meaning are refused by name. */
export const putBucketOwnershipControls = (buckets: Pick<Buckets, "find">) =>
  operation(PutBucketOwnershipControlsCommand, {
    members: {
      Bucket: text(),
      OwnershipControls: { Rules: list({ ObjectOwnership: oneOf("BucketOwnerEnforced") }, { min: 1, max: 1 }) },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketOwnershipControls")],
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return {};
    },
  });
