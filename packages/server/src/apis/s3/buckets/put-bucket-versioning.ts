import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { oneOf, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const putBucketVersioning = (buckets: Pick<Buckets, "setVersioning">) =>
  operation(PutBucketVersioningCommand, {
    members: {
      Bucket: text(),
      VersioningConfiguration: { Status: oneOf("Enabled", "Suspended"), MFADelete: oneOf("Disabled") },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketVersioning")],
    handle: (input, call) => {
      checkOwner(input, call);
      const status = input.VersioningConfiguration.Status;
      if (status === undefined) throw s3Error("MalformedXML", "The versioning configuration has no Status");
      switch (buckets.setVersioning(input.Bucket, status).kind) {
        case "set":
          return {};
        case "no-such-bucket":
          throw noSuchBucket(input.Bucket);
        case "object-lock":
          throw s3Error(
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
          );
      }
    },
  });
