import type { Bucket, BucketEncryption } from "../buckets/bucket-store.ts";
import type { CustomerKey } from "./customer-key.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

/** How a write wants its object encrypted. `bucketKey` absent: as the bucket says. */
export type WantedEncryption =
  | { readonly kind: "AES256" }
  | {
      readonly kind: "aws:kms";
      /** Any of the key's names; absent: the key that S3 keeps for itself. */
      readonly keyId?: string;
      readonly bucketKey?: boolean;
      /** Pairs beside the one that every object has. */
      readonly context?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "SSE-C"; readonly customerKey: CustomerKey }
  /** As the bucket says, but for the use of a bucket key. */
  | { readonly kind: "as-bucket"; readonly bucketKey: boolean };

export type ChosenEncryption = Exclude<WantedEncryption, { kind: "as-bucket" }>;

/** What a write gets that wants this of this bucket. */
export function chosenEncryption(
  { name, encryption: ofBucket }: Pick<Bucket, "name" | "encryption">,
  wanted: WantedEncryption | undefined,
): { kind: "chosen"; encryption: ChosenEncryption } | Refusal {
  if (wanted === undefined) return { kind: "chosen", encryption: ofBucket };
  switch (wanted.kind) {
    case "AES256":
      return { kind: "chosen", encryption: wanted };
    case "SSE-C":
      return ofBucket.blocksCustomerKeys === true ? customerKeysBlocked(name) : { kind: "chosen", encryption: wanted };
    case "as-bucket":
      return { kind: "chosen", encryption: withBucketKey(ofBucket, wanted.bucketKey) };
    case "aws:kms":
      return { kind: "chosen", encryption: { bucketKey: ofBucket.bucketKey ?? false, ...wanted } };
  }
}

function withBucketKey(ofBucket: BucketEncryption, bucketKey: boolean): ChosenEncryption {
  return ofBucket.kind === "aws:kms" ? { ...ofBucket, bucketKey } : ofBucket;
}

export const customerKeysBlocked = (bucket: string): Refusal =>
  refuse("access-denied", `Server-side encryption with customer-provided keys (SSE-C) is blocked for ${bucket}.`);
