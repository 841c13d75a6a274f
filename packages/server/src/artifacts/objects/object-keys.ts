import { randomBytes } from "node:crypto";
import { encryptionContextAad, unwrapKey, wrapKey } from "@strongroom/envelope";
import type { Authority } from "../../access/index.ts";
import type { DataKeys, KeyRefusal } from "../../encryption/index.ts";
import { objectArn } from "../buckets/bucket-name.ts";
import type { BucketEncryption } from "../buckets/bucket-store.ts";
import type { SealedUnder } from "./object-store.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** The data keys of objects: one for each object, wrapped under the store's own key or a KMS key. */
export interface ObjectKeys {
  /** The ARN of the KMS key that any of its names stands for now. */
  kmsKeyArn(name: string): string;
  /** A fresh data key. With a KMS key, `authority` needs kms:GenerateDataKey through S3. */
  make(x: {
    authority: Authority;
    bucket: string;
    key: string;
    encryption: BucketEncryption;
  }): { kind: "key"; dataKey: Uint8Array; sealed: SealedUnder } | Refusal;
  /** The data key of a stored object. With a KMS key, `authority` needs kms:Decrypt through S3. */
  open(x: {
    authority: Authority;
    bucket: string;
    key: string;
    sealed: SealedUnder;
  }): { kind: "key"; dataKey: Uint8Array } | Refusal;
}

/** `sseS3Key`: 32 bytes derived from the root, used for objects that name no KMS key. */
export function openObjectKeys(x: { sseS3Key: Uint8Array; dataKeys: DataKeys }): ObjectKeys {
  const { sseS3Key, dataKeys } = x;
  const contextOf = (bucket: string, key: string) => ({ "aws:s3:arn": objectArn(bucket, key) });

  return {
    kmsKeyArn: (name) => dataKeys.arnNamed(name),

    make({ authority, bucket, key, encryption }) {
      const contentId = randomBytes(16).toString("hex");
      const context = contextOf(bucket, key);
      if (encryption.kind === "AES256") {
        const dataKey = randomBytes(32);
        const wrappedKey = wrapKey(sseS3Key, dataKey, encryptionContextAad(context));
        return { kind: "key", dataKey, sealed: { contentId, encryption: "AES256", wrappedKey } };
      }
      const keyId = encryption.keyId ?? dataKeys.serviceManaged("s3");
      const made = dataKeys.generate({ keyId, context, authority, via: "s3" });
      if (made.kind === "refused") return keyRefusal(made);
      return {
        kind: "key",
        dataKey: made.plaintext,
        sealed: { contentId, encryption: "aws:kms", kmsKeyArn: made.keyArn, wrappedKey: made.wrapped },
      };
    },

    open({ authority, bucket, key, sealed }) {
      const context = contextOf(bucket, key);
      if (sealed.encryption === "AES256") {
        const dataKey = unwrapKey(sseS3Key, sealed.wrappedKey, encryptionContextAad(context));
        return dataKey === undefined
          ? refuse("broken", "The object's data key does not open.")
          : { kind: "key", dataKey };
      }
      const opened = dataKeys.unwrap({ wrapped: sealed.wrappedKey, context, authority, via: "s3" });
      return opened.kind === "refused" ? keyRefusal(opened) : { kind: "key", dataKey: opened.plaintext };
    },
  };
}

function keyRefusal(refusal: KeyRefusal): Refusal {
  switch (refusal.reason) {
    case "access-denied":
      return refuse("access-denied", refusal.message);
    case "disabled":
      return refuse("key-disabled", refusal.message);
    case "not-found":
      return refuse("key-not-found", refusal.message);
    case "pending-deletion":
    case "pending-import":
    case "invalid-usage":
      return refuse("key-unusable", refusal.message);
    case "invalid-ciphertext":
      return refuse("broken", refusal.message);
  }
}
