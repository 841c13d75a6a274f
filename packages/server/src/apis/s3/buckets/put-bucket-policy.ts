import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { flag, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const putBucketPolicy = (buckets: Pick<Buckets, "setPolicy">) =>
  operation(PutBucketPolicyCommand, {
    members: {
      Bucket: text(),
      Policy: text({ min: 1 }),
      // Whether S3 refuses a policy that keeps its author from changing it, where this is not said, is not documented.
      ConfirmRemoveSelfBucketAccess: flag({ only: false }),
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketPolicy")],
    // The model says 200; S3 itself has nothing to tell.
    status: 204,
    handle: (input, call) => {
      checkOwner(input, call);
      const outcome = buckets.setPolicy(input.Bucket, input.Policy);
      switch (outcome.kind) {
        case "set":
          return {};
        case "no-such-bucket":
          throw noSuchBucket(input.Bucket);
        case "malformed":
          throw s3Error(
            "MalformedPolicy",
            outcome.message,
            outcome.detail === undefined ? {} : { Detail: outcome.detail },
          );
        case "public-policy-blocked":
          throw s3Error(
            "AccessDenied",
            "Public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
          );
      }
    },
  });
