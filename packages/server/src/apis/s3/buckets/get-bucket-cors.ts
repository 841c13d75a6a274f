import { GetBucketCorsCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const getBucketCors = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketCorsCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetBucketCORS")],
    actions: ["s3:GetBucketCORS"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      if (bucket.cors === undefined) {
        const extra = { BucketName: input.Bucket };
        throw s3Error("NoSuchCORSConfiguration", "The CORS configuration does not exist", extra);
      }
      return {
        CORSRules: bucket.cors.map((rule) => ({
          ID: rule.id,
          AllowedMethods: [...rule.allowedMethods],
          AllowedOrigins: [...rule.allowedOrigins],
          AllowedHeaders: rule.allowedHeaders && [...rule.allowedHeaders],
          ExposeHeaders: rule.exposeHeaders && [...rule.exposeHeaders],
          MaxAgeSeconds: rule.maxAgeSeconds,
        })),
      };
    },
  });
