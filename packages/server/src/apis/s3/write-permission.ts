import type { Permission } from "../../access/index.ts";
import { conditionPermissions, putObjectPermission } from "../../artifacts/index.ts";
import type { Conditions, SealedUnder, WriteHeaders } from "../../artifacts/index.ts";
import type { ServerCall } from "../operation.ts";
import type { EncryptionInput, KeyNames } from "./encryption-members.ts";
import { withLockPermissions } from "./object-lock.ts";
import type { LockInput } from "./object-lock.ts";
import { s3Error } from "./s3-error.ts";
import { readTagHeader, withTagPermission } from "./tags.ts";

interface WriteConditionInput {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}
type WriteConditions = Pick<Conditions, "ifMatch" | "ifNoneMatch">;

interface WriteInput extends EncryptionInput, LockInput, WriteConditionInput {
  readonly ACL?: string;
  readonly StorageClass?: string;
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

/** What a write of an object takes: to put it, to tag it where it brings tags, to read it where it asks for its tag. */
export function writePermissions(
  keys: KeyNames,
  input: WriteInput & { readonly Bucket: string; readonly Key: string; readonly Tagging?: string },
  { creates }: Pick<WriteHeaders, "creates">,
  now: Date,
): Permission[] {
  const { Bucket: bucket, Key: key } = input;
  const put = putObjectPermission({ bucket, key }, { ...writeHeaders(keys, input), creates });
  const tags = input.Tagging === undefined ? undefined : readTagHeader(input.Tagging);
  const demanded = withLockPermissions(withTagPermission(put, tags), input, now);
  return [...demanded, ...conditionPermissions({ bucket, key }, input.IfMatch)];
}

/** The encryption of an upload under way: what the request that began it said holds for its parts as well. */
export function uploadHeaders(sealed: Pick<SealedUnder, "encryption" | "kmsKeyArn"> | undefined) {
  if (sealed?.encryption === "SSE-C") return { customerAlgorithm: "AES256" };
  return { encryption: sealed?.encryption, kmsKeyArn: sealed?.kmsKeyArn };
}

/**
 * ② While the record of what is intended was made, the object or its tags may have changed: permissions that depend on
 * them are asked for once more. Whoever calls this awaits nothing from here until the object is settled.
 */
export function demandAgain(call: ServerCall, permissions: readonly Permission[]): void {
  for (const permission of permissions) call.authority.demand(permission);
}

/**
 * ② The same of an alias, which may have come to mean another key: where a request names a key, its permissions are
 * asked for once more, in the same breath in which the key is settled.
 */
export function demandKeyAgain(call: ServerCall, input: EncryptionInput, permissions: readonly Permission[]): void {
  if (input.SSEKMSKeyId !== undefined) demandAgain(call, permissions);
}

/** What has to be at the key for a write to be made. S3 knows of If-None-Match that nothing is, and no more. */
export function writeConditions({ IfMatch: ifMatch, IfNoneMatch: ifNoneMatch }: WriteConditionInput): WriteConditions {
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw s3Error("NotImplemented", "A header you provided implies functionality that is not implemented", {
      Header: "If-None-Match",
    });
  }
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
}
