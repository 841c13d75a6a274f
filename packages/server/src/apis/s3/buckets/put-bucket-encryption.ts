import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { flag, list, oneOf, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const putBucketEncryption = (buckets: Pick<Buckets, "setEncryption">) =>
  operation(PutBucketEncryptionCommand, {
    members: {
      Bucket: text(),
      ServerSideEncryptionConfiguration: {
        Rules: list(
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: oneOf("AES256", "aws:kms"),
              KMSMasterKeyID: text({ min: 1 }),
            },
            BucketKeyEnabled: flag({ only: false }),
          },
          { min: 1, max: 1 },
        ),
      },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutEncryptionConfiguration")],
    actions: ["s3:PutEncryptionConfiguration"],
    handle: (input, call) => {
      checkOwner(input, call);
      const rule = input.ServerSideEncryptionConfiguration.Rules[0]?.ApplyServerSideEncryptionByDefault;
      if (rule === undefined) throw s3Error("MalformedXML", "The encryption configuration names no encryption");
      const { SSEAlgorithm: kind, KMSMasterKeyID: keyId } = rule;
      if (keyId !== undefined && kind !== "aws:kms") {
        throw s3Error(
          "InvalidArgument",
          "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms",
        );
      }
      const encryption =
        kind === "aws:kms" ? { kind, ...(keyId === undefined ? {} : { keyId }) } : { kind: "AES256" as const };
      if (buckets.setEncryption(input.Bucket, encryption).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });
