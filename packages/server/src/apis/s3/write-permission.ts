import type { Permission } from "../../access/index.ts";
import { putObjectPermission } from "../../artifacts/index.ts";
import type { SealedUnder, WriteHeaders } from "../../artifacts/index.ts";
import type { ServerCall } from "../operation.ts";
import type { EncryptionInput, KeyNames } from "./encryption-members.ts";
import { withLockPermissions } from "./object-lock.ts";
import type { LockInput } from "./object-lock.ts";
import { readTagHeader, withTagPermission } from "./tags.ts";

interface WriteInput extends EncryptionInput, LockInput {
  readonly ACL?: string;
  readonly StorageClass?: string;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/** For the condition keys of s3:PutObject. ② a key's ARN stands in them, however the request spells the key. */
export function writeHeaders(keys: KeyNames, input: WriteInput): Omit<WriteHeaders, "creates"> {
  return {
    encryption: input.ServerSideEncryption,
    kmsKeyArn: input.SSEKMSKeyId === undefined ? undefined : keys.kmsKeyArn(input.SSEKMSKeyId),
    customerAlgorithm: input.SSECustomerAlgorithm,
    acl: input.ACL,
    storageClass: input.StorageClass,
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
  };
}

/** What a write of an object takes: to put it, and to tag it where it brings tags. */
export function writePermissions(
  keys: KeyNames,
  input: WriteInput & { readonly Bucket: string; readonly Key: string; readonly Tagging?: string },
  { creates }: Pick<WriteHeaders, "creates">,
  now: Date,
): Permission[] {
  const { Bucket: bucket, Key: key } = input;
  const put = putObjectPermission({ bucket, key }, { ...writeHeaders(keys, input), creates });
  const tags = input.Tagging === undefined ? undefined : readTagHeader(input.Tagging);
  return withLockPermissions(withTagPermission(put, tags), input, now);
}

/** The encryption of an upload under way: what the request that began it said holds for its parts as well. */
export function uploadHeaders(sealed: Pick<SealedUnder, "encryption" | "kmsKeyArn"> | undefined) {
  if (sealed?.encryption === "SSE-C") return { customerAlgorithm: "AES256" };
  return { encryption: sealed?.encryption, kmsKeyArn: sealed?.kmsKeyArn };
}

/**
 * ② Between the decision and the write an alias may have come to mean another key: where a request names a
 * key, its permissions are asked for once more, in the same breath in which the key is settled.
 */
export function demandAgain(call: ServerCall, input: EncryptionInput, permissions: readonly Permission[]): void {
  if (input.SSEKMSKeyId === undefined) return;
  for (const permission of permissions) call.authority.demand(permission);
}
