import { GetBucketAclCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { ownersAcl } from "../access-control-list.ts";
import { noSuchBucket } from "../s3-error.ts";

/** The list that says what holds anyway: the owner may do everything. */
export const getBucketAcl = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketAclCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketAcl")],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return ownersAcl(call.accountId);
    },
  });
