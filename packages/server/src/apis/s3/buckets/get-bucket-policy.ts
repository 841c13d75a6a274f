import { GetBucketPolicyCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const getBucketPolicy = (buckets: Pick<Buckets, "find" | "policy">) =>
  operation(GetBucketPolicyCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketPolicy")],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      const policy = buckets.policy(bucket);
      if (policy === undefined) {
        throw s3Error("NoSuchBucketPolicy", "The bucket policy does not exist", { BucketName: input.Bucket });
      }
      return { Policy: policy };
    },
  });
