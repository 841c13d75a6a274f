import { flag, given, text } from "@strongroom/wire";
import type { CustomerKey, Objects, SealedUnder, WantedEncryption } from "../../artifacts/index.ts";
import { contextAnswer, encryptionContextOf } from "./encryption-context.ts";
import { customerKeyAnswer, customerKeyMembers } from "./customer-key-members.ts";
import type { CustomerKeyInput } from "./customer-key-members.ts";
import { s3Error } from "./s3-error.ts";

/** What a write may say about encryption. Its kind is checked behind the policies, which see whatever was said. */
export const encryptionMembers = {
  ServerSideEncryption: given,
  SSEKMSKeyId: text({ min: 1 }),
  SSEKMSEncryptionContext: text(),
  BucketKeyEnabled: flag(),
  ...customerKeyMembers,
};

export interface EncryptionInput extends CustomerKeyInput {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly SSEKMSEncryptionContext?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** Who knows which key a name stands for. */
export type KeyNames = Pick<Objects, "kmsKeyArn">;

/**
 * The encryption that a write asks for, its key by the ARN that its name stands for now; nothing where it
 * leaves it to the bucket. `customerKey`: what the same input says of one.
 */
export function encryptionOf(
  keys: KeyNames,
  input: EncryptionInput,
  customerKey: CustomerKey | undefined,
): { encryption?: WantedEncryption } {
  const { ServerSideEncryption: kind, SSEKMSKeyId: keyId, BucketKeyEnabled: bucketKey } = input;
  const { SSEKMSEncryptionContext: context } = input;
  checkKind(kind);
  if (customerKey !== undefined) {
    if (kind === undefined && keyId === undefined && context === undefined && bucketKey !== true) {
      return { encryption: { kind: "SSE-C", customerKey } };
    }
    throw s3Error(
      "InvalidArgument",
      "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
      { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: kind ?? "null" },
    );
  }
  if ((keyId !== undefined || context !== undefined) && kind !== "aws:kms") {
    throw s3Error(
      "InvalidArgument",
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    );
  }
  if (kind === undefined) return bucketKey === undefined ? {} : { encryption: { kind: "as-bucket", bucketKey } };
  if (kind === "AES256") return { encryption: { kind } };
  return {
    encryption: {
      kind: "aws:kms",
      ...(keyId === undefined ? {} : { keyId: keys.kmsKeyArn(keyId) }),
      ...(bucketKey === undefined ? {} : { bucketKey }),
      ...(context === undefined ? {} : { context: encryptionContextOf(context) }),
    },
  };
}

function checkKind(kind: string | undefined): void {
  if (kind === undefined || kind === "AES256" || kind === "aws:kms") return;
  if (kind === "aws:kms:dsse")
    throw s3Error("NotImplemented", "Two layers of encryption (aws:kms:dsse) are not supported");
  const argument = { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: kind.slice(0, 64) };
  throw s3Error("InvalidArgument", "The encryption method specified is not supported", argument);
}

/** How an object is encrypted, as answers tell it. Of a customer's key the request knows more than the object. */
export function encryptionAnswer({ encryption, kmsKeyArn, bucketKey }: SealedUnder) {
  if (encryption === "SSE-C") return {};
  const BucketKeyEnabled = bucketKey === undefined ? undefined : true;
  return { ServerSideEncryption: encryption, SSEKMSKeyId: kmsKeyArn, BucketKeyEnabled };
}

/** The same, with what the write added to the encryption context: as the answers to writes tell it. */
export function writtenEncryptionAnswer(sealed: SealedUnder, input: CustomerKeyInput) {
  return { ...encryptionAnswer(sealed), ...customerKeyAnswer(input), ...contextAnswer(sealed.context) };
}
