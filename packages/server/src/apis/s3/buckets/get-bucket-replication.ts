import { GetBucketReplicationCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

/** Buckets are not replicated. */
export const getBucketReplication = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketReplicationCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetReplicationConfiguration")],
    actions: ["s3:GetReplicationConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      const extra = { BucketName: input.Bucket };
      throw s3Error("ReplicationConfigurationNotFoundError", "The replication configuration was not found", extra);
    },
  });
