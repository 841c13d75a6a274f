import { GetBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

export const getBucketEncryption = (buckets: Pick<Buckets, "find">) =>
  operation(GetBucketEncryptionCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "GetEncryptionConfiguration")],
    actions: ["s3:GetEncryptionConfiguration"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      const { encryption } = bucket;
      const keyId = encryption.kind === "aws:kms" ? encryption.keyId : undefined;
      return {
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: encryption.kind, KMSMasterKeyID: keyId },
              BucketKeyEnabled: encryption.bucketKey ?? false,
              BlockedEncryptionTypes: blockedAnswer(encryption.blocksCustomerKeys),
            },
          ],
        },
      };
    },
  });

/** Nothing is said of what was never set. */
function blockedAnswer(blocksCustomerKeys: boolean | undefined) {
  if (blocksCustomerKeys === undefined) return undefined;
  return { EncryptionType: [blocksCustomerKeys ? ("SSE-C" as const) : ("NONE" as const)] };
}
