import { GetBucketPolicyStatusCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission, isPublicPolicy } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const getBucketPolicyStatus = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketPolicyStatusCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketPolicyStatus")],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      if (bucket.policy === undefined) {
        throw s3Error("NoSuchBucketPolicy", "The bucket policy does not exist", { BucketName: input.Bucket });
      }
      return { PolicyStatus: { IsPublic: isPublicPolicy(bucket.policy) } };
    },
  });
