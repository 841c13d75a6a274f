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
      if (buckets.setVersioning(input.Bucket, status).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
