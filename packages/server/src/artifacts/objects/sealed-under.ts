/** The key under which an object's files are sealed, itself wrapped. */
export interface SealedUnder {
  /** Bound into every file of the object, with bucket, key and part. */
  readonly contentId: string;
  /** SSE-C: under a key that the customer keeps. */
  readonly encryption: "AES256" | "aws:kms" | "SSE-C";
  readonly kmsKeyArn?: string;
  readonly wrappedKey: Uint8Array;
  /** What the write added to the encryption context under which the KMS key is used. */
  readonly context?: Readonly<Record<string, string>>;
  /** The bucket's key that `wrappedKey` is wrapped under, itself wrapped under the KMS key. */
  readonly bucketKey?: Uint8Array;
}

export interface SealedColumns {
  content_id: string;
  encryption: SealedUnder["encryption"];
  kms_key_arn: string | null;
  wrapped_key: Uint8Array;
  /** JSON; null for most objects. */
  key_details: string | null;
}

interface KeyDetails {
  readonly context?: Readonly<Record<string, string>>;
  /** Base64. */
  readonly bucketKey?: string;
}

export function sealedOf(row: SealedColumns): SealedUnder {
  const sealed = {
    contentId: row.content_id,
    encryption: row.encryption,
    wrappedKey: row.wrapped_key,
    ...(row.kms_key_arn === null ? {} : { kmsKeyArn: row.kms_key_arn }),
  };
  if (row.key_details === null) return sealed;
  const { context, bucketKey } = JSON.parse(row.key_details) as KeyDetails;
  return {
    ...sealed,
    ...(context === undefined ? {} : { context }),
    ...(bucketKey === undefined ? {} : { bucketKey: Buffer.from(bucketKey, "base64") }),
  };
}

export function keyDetailsOf({ context, bucketKey }: SealedUnder): string | undefined {
  if (context === undefined && bucketKey === undefined) return undefined;
  const details: KeyDetails = {
    ...(context === undefined ? {} : { context }),
    ...(bucketKey === undefined ? {} : { bucketKey: Buffer.from(bucketKey).toString("base64") }),
  };
  return JSON.stringify(details);
}
