import { flag, oneOf, text } from "@strongroom/wire";
import type { BucketEncryption, Objects, SealedUnder } from "../../artifacts/index.ts";
import { s3Error } from "./s3-error.ts";

/** What a write may say about encryption. Keys of the customer's own and bucket keys are not supported. */
export const encryptionMembers = {
  ServerSideEncryption: oneOf("AES256", "aws:kms"),
  SSEKMSKeyId: text({ min: 1 }),
  BucketKeyEnabled: flag({ only: false }),
};

export interface EncryptionInput {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
}

/** Who knows which key a name stands for. */
export type KeyNames = Pick<Objects, "kmsKeyArn">;

/**
 * The encryption that a write asks for, its key by the ARN that its name stands for now; nothing where it
 * leaves it to the bucket.
 */
export function encryptionOf(keys: KeyNames, input: EncryptionInput): { encryption?: BucketEncryption } {
  const { ServerSideEncryption: kind, SSEKMSKeyId: keyId } = input;
  if (keyId !== undefined && kind !== "aws:kms") {
    throw s3Error(
      "InvalidArgument",
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    );
  }
  if (kind === undefined) return {};
  if (kind === "AES256") return { encryption: { kind } };
  return { encryption: { kind: "aws:kms", ...(keyId === undefined ? {} : { keyId: keys.kmsKeyArn(keyId) }) } };
}

/** How an object is encrypted, as answers tell it. */
export function encryptionAnswer(sealed: Pick<SealedUnder, "encryption" | "kmsKeyArn">) {
  return { ServerSideEncryption: sealed.encryption, SSEKMSKeyId: sealed.kmsKeyArn };
}
