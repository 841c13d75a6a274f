import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { noSuchBucket } from "../s3-error.ts";

/**
 * The bucket goes back to encryption under the store's own key: nothing is ever stored unencrypted. What blocks
 * customers' keys is no default, and stays.
 */
export const deleteBucketEncryption = (buckets: Pick<Buckets, "find" | "setEncryption">) =>
  operation(DeleteBucketEncryptionCommand, {
    members: { Bucket: text(), ...ownerMember },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutEncryptionConfiguration")],
    actions: ["s3:PutEncryptionConfiguration"],
    handle: (input, call) => {
      checkOwner(input, call);
      const bucket = buckets.find(input.Bucket);
      if (bucket === undefined) throw noSuchBucket(input.Bucket);
      const blocks = bucket.encryption.blocksCustomerKeys === true;
      buckets.setEncryption(input.Bucket, blocks ? { kind: "AES256", blocksCustomerKeys: true } : undefined);
      return {};
    },
  });
