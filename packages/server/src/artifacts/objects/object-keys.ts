import { randomBytes } from "node:crypto";
import { encryptionContextAad, MessageSeries, unwrapKey, wrapKey } from "@strongroom/envelope";
import type { Authority } from "../../access/index.ts";
import type { DataKeys, KeyRefusal } from "../../encryption/index.ts";
import { randomSecret } from "../../platform/index.ts";
import type { Clock } from "../../platform/index.ts";
import { objectArn } from "../buckets/bucket-name.ts";
import { BucketKeys } from "./bucket-keys.ts";
import { customerKeyFor, openForCustomer, wrapForCustomer } from "./customer-key.ts";
import type { CustomerKey } from "./customer-key.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SealedUnder } from "./sealed-under.ts";
import type { ChosenEncryption } from "./wanted-encryption.ts";

const dataKeyBytes = 32;

interface NewKeyRequest {
  readonly authority: Authority;
  readonly bucket: string;
  readonly key: string;
  readonly encryption: ChosenEncryption;
}
interface StoredKeyRequest {
  readonly authority: Authority;
  readonly bucket: string;
  readonly key: string;
  readonly sealed: SealedUnder;
  /** Where the object is under a key of the customer's own, and only there. */
  readonly customerKey?: CustomerKey | undefined;
}
type NewKey = { kind: "key"; dataKey: Uint8Array; sealed: SealedUnder } | Refusal;
type OpenedKey = { kind: "key"; dataKey: Uint8Array } | Refusal;

/** The data keys of objects: one for each object, wrapped under the store's own key, a KMS key or a customer's. */
export interface ObjectKeys {
  /** The ARN of the KMS key that any of its names stands for now. */
  kmsKeyArn(name: string): string;
  /** A fresh data key. With a KMS key, `authority` needs kms:GenerateDataKey through S3. */
  make(x: NewKeyRequest): NewKey;
  /** The data key of a stored object. With a KMS key, `authority` needs kms:Decrypt through S3. */
  open(x: StoredKeyRequest): OpenedKey;
  /** What is wrong with the customer's key that came, or did not come, with a request about a stored object. */
  customerKeyFault(x: Omit<StoredKeyRequest, "authority">): Refusal | undefined;
}

interface Means {
  /** 32 bytes derived from the root, used for objects that name no KMS key. */
  readonly sseS3Key: Uint8Array;
  /** Wraps data keys under it. */
  readonly sseS3: MessageSeries;
  readonly dataKeys: DataKeys;
  readonly bucketKeys: BucketKeys;
}

export function openObjectKeys(x: { sseS3Key: Uint8Array; dataKeys: DataKeys; clock: Clock }): ObjectKeys {
  const { sseS3Key, dataKeys } = x;
  const sseS3 = new MessageSeries(sseS3Key, "wrapped keys");
  const means = { sseS3Key, sseS3, dataKeys, bucketKeys: new BucketKeys(x) };
  return {
    kmsKeyArn: (name) => x.dataKeys.arnNamed(name),
    make: (request) => make(means, request),
    open: (request) => open(means, request),

    customerKeyFault({ bucket, key, sealed, customerKey }) {
      const wanted = customerKeyFor(sealed, customerKey);
      if (wanted.kind === "refused") return wanted;
      if (wanted.kind === "none") return undefined;
      const opened = openForCustomer(means.sseS3Key, wanted.customerKey, sealed.wrappedKey, aadOf(bucket, key, sealed));
      if (opened.kind === "refused") return opened;
      opened.dataKey.fill(0);
      return undefined;
    },
  };
}

function make(means: Means, request: NewKeyRequest): NewKey {
  const { bucket, key, encryption } = request;
  const contentId = randomBytes(16).toString("hex");
  switch (encryption.kind) {
    case "AES256": {
      const dataKey = randomSecret(dataKeyBytes);
      const wrappedKey = means.sseS3.seal(dataKey, encryptionContextAad(contextOf(bucket, key)));
      return { kind: "key", dataKey, sealed: { contentId, encryption: "AES256", wrappedKey } };
    }
    case "SSE-C": {
      const dataKey = randomSecret(dataKeyBytes);
      const aad = aadOf(bucket, key, { contentId });
      const wrappedKey = wrapForCustomer(means.sseS3Key, encryption.customerKey, dataKey, aad);
      return { kind: "key", dataKey, sealed: { contentId, encryption: "SSE-C", wrappedKey } };
    }
    case "aws:kms":
      return makeUnderKms(means, request, encryption, contentId);
  }
}

function makeUnderKms(
  { dataKeys, bucketKeys }: Means,
  { authority, bucket, key }: NewKeyRequest,
  encryption: Extract<ChosenEncryption, { kind: "aws:kms" }>,
  contentId: string,
): NewKey {
  const keyId = encryption.keyId ?? dataKeys.serviceManaged("s3");
  const { context } = encryption;
  const facts = { contentId, encryption: "aws:kms" as const, ...(context === undefined ? {} : { context }) };
  if (encryption.bucketKey === true) {
    const above = bucketKeys.forWriting({ authority, bucket, context, keyId });
    if (above.kind === "refused") return keyRefusal(above);
    const dataKey = randomSecret(dataKeyBytes);
    const wrappedKey = wrapKey(above.key, dataKey, aadOf(bucket, key, facts));
    const sealed = { ...facts, kmsKeyArn: above.keyArn, wrappedKey, bucketKey: above.wrapped };
    return { kind: "key", dataKey, sealed };
  }
  const made = dataKeys.generate({ keyId, context: contextOf(bucket, key, context), authority, via: "s3" });
  if (made.kind === "refused") return keyRefusal(made);
  const sealed = { ...facts, kmsKeyArn: made.keyArn, wrappedKey: made.wrapped };
  return { kind: "key", dataKey: made.plaintext, sealed };
}

function open(means: Means, { authority, bucket, key, sealed, customerKey }: StoredKeyRequest): OpenedKey {
  const { wrappedKey, context, bucketKey } = sealed;
  const wanted = customerKeyFor(sealed, customerKey);
  if (wanted.kind === "refused") return wanted;
  if (wanted.kind === "customer-key") {
    return openForCustomer(means.sseS3Key, wanted.customerKey, wrappedKey, aadOf(bucket, key, sealed));
  }
  if (sealed.encryption === "AES256") {
    return opened(means.sseS3.open(wrappedKey, encryptionContextAad(contextOf(bucket, key))));
  }
  if (bucketKey !== undefined) {
    const above = means.bucketKeys.forReading({ authority, bucket, context, wrapped: bucketKey });
    if (above.kind === "refused") return keyRefusal(above);
    return opened(unwrapKey(above.key, wrappedKey, aadOf(bucket, key, sealed)));
  }
  const use = { wrapped: wrappedKey, context: contextOf(bucket, key, context), authority, via: "s3" as const };
  const unwrapped = means.dataKeys.unwrap(use);
  return unwrapped.kind === "refused" ? keyRefusal(unwrapped) : { kind: "key", dataKey: unwrapped.plaintext };
}

function opened(dataKey: Uint8Array | undefined): OpenedKey {
  return dataKey === undefined ? refuse("broken", "The object's data key does not open.") : { kind: "key", dataKey };
}

/** The encryption context that every object has, with what its write added. */
function contextOf(bucket: string, key: string, added: SealedUnder["context"] = {}): Record<string, string> {
  return { ...added, "aws:s3:arn": objectArn(bucket, key) };
}

/** ④ binds a data key that no KMS key wraps itself to its object and to its content. */
function aadOf(bucket: string, key: string, { contentId, context }: Pick<SealedUnder, "contentId" | "context">) {
  return encryptionContextAad({ ...contextOf(bucket, key, context), "strongroom:content": contentId });
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
