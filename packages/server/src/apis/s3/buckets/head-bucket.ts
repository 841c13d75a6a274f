import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { listPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

export const headBucket = (buckets: Pick<Buckets, "find">) =>
  operation(HeadBucketCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [listPermission(bucket)],
    actions: ["s3:ListBucket"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      return { BucketRegion: call.region };
    },
  });
