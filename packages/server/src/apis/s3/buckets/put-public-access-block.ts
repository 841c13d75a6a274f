import { PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { flag, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket } from "../s3-error.ts";

/**
 * Three of the four hold in any case: ACLs give nothing here, nobody without a signature is served, and all
 * principals are of the one account. BlockPublicPolicy refuses public policies when they are put.
 */
export const putPublicAccessBlock = (buckets: Pick<Buckets, "setPublicAccessBlock">) =>
  operation(PutPublicAccessBlockCommand, {
    members: {
      Bucket: text(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: flag(),
        IgnorePublicAcls: flag(),
        BlockPublicPolicy: flag(),
        RestrictPublicBuckets: flag(),
      },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketPublicAccessBlock")],
    actions: ["s3:PutBucketPublicAccessBlock"],
    handle: (input, call) => {
      checkOwner(input, call);
      const wanted = input.PublicAccessBlockConfiguration;
      const block = {
        blockPublicAcls: wanted.BlockPublicAcls ?? false,
        ignorePublicAcls: wanted.IgnorePublicAcls ?? false,
        blockPublicPolicy: wanted.BlockPublicPolicy ?? false,
        restrictPublicBuckets: wanted.RestrictPublicBuckets ?? false,
      };
      if (buckets.setPublicAccessBlock(input.Bucket, block).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
