import { GetBucketRequestPaymentCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/** Requests are the owner's to pay, as in a bucket where that was never set. */
export const getBucketRequestPayment = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketRequestPaymentCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketRequestPayment")],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return { Payer: "BucketOwner" as const };
    },
  });
