import { DeletePublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

export const deletePublicAccessBlock = (buckets: Pick<Buckets, "setPublicAccessBlock">) =>
  operation(DeletePublicAccessBlockCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketPublicAccessBlock")],
    actions: ["s3:PutBucketPublicAccessBlock"],
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.setPublicAccessBlock(input.Bucket, undefined).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
