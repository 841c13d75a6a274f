import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { flag, list, oneOf, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket, s3Error } from "../s3-error.ts";

export const putBucketEncryption = (buckets: Pick<Buckets, "find" | "setEncryption">) =>
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
            BucketKeyEnabled: flag(),
            BlockedEncryptionTypes: { EncryptionType: list(oneOf("NONE", "SSE-C"), { min: 1, max: 1 }) },
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
      const [rule] = input.ServerSideEncryptionConfiguration.Rules;
      const byDefault = rule?.ApplyServerSideEncryptionByDefault;
      if (rule === undefined || byDefault === undefined)
        throw s3Error("MalformedXML", "The encryption configuration names no encryption");
      const { SSEAlgorithm: kind, KMSMasterKeyID: keyId } = byDefault;
      if (keyId !== undefined && kind !== "aws:kms") {
        throw s3Error(
          "InvalidArgument",
          "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms",
        );
      }
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      // ④ what blocks customers' keys stays until NONE lifts it: who only changes the default does not mean that.
      const blocked = rule.BlockedEncryptionTypes?.EncryptionType?.includes("SSE-C");
      const blocksCustomerKeys = blocked ?? bucket.encryption.blocksCustomerKeys;
      const more = {
        ...(rule.BucketKeyEnabled === undefined ? {} : { bucketKey: rule.BucketKeyEnabled }),
        ...(blocksCustomerKeys === undefined ? {} : { blocksCustomerKeys }),
      };
      const chosen =
        kind === "aws:kms" ? { kind, ...(keyId === undefined ? {} : { keyId }) } : { kind: "AES256" as const };
      buckets.setEncryption(input.Bucket, { ...chosen, ...more });
      return {};
    },
  });
