import type { Permission } from "../access/index.ts";
import type { EncryptionContext } from "./ciphertext-blob.ts";
import type { AbsentKey, FoundKey } from "./key-ring.ts";

/** The one algorithm of symmetric keys, as KMS names it. */
const symmetricAlgorithm = "SYMMETRIC_DEFAULT";

const cryptographic = new Set([
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
]);

/** What every key of this environment is; condition keys of CreateKey and of whatever is done with a key. */
export const keyKind = {
  "kms:KeySpec": symmetricAlgorithm,
  "kms:KeyUsage": "ENCRYPT_DECRYPT",
  "kms:KeyOrigin": "AWS_KMS",
  "kms:MultiRegion": "false",
} as const;

/**
 * The permission to do something with a key, with the condition keys that AWS KMS gives the request: the
 * alias that was used, the algorithm and the encryption context. Those of the key itself are told with its
 * policy; caller and service in between are the authority's to tell.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export function keyPermission(action: string, found: FoundKey | AbsentKey, context?: EncryptionContext): Permission {
  const values: Record<string, string | readonly string[]> = {};
  const isCryptographic = cryptographic.has(action);
  const takesAlias = isCryptographic || action === "kms:DescribeKey";
  if (takesAlias && found.kind === "found" && found.alias !== undefined) values["kms:RequestAlias"] = found.alias;
  if (isCryptographic) values["kms:EncryptionAlgorithm"] = symmetricAlgorithm;
  const pairs = Object.entries(context ?? {});
  for (const [name, value] of pairs) values[`kms:EncryptionContext:${name}`] = value;
  if (pairs.length > 0) values["kms:EncryptionContextKeys"] = pairs.map(([name]) => name);
  return { action, resource: found.kind === "found" ? found.keyArn : found.arn, context: values };
}

/**
 * Names of condition keys do not tell case apart, encryption contexts do: with two pairs whose names
 * differ in case only, a condition could be held by the one and the ciphertext bound to the other.
 */
export function contextFault(context: EncryptionContext | undefined): string | undefined {
  const names = Object.keys(context ?? {});
  if (new Set(names.map((name) => name.toLowerCase())).size === names.length) return undefined;
  return "EncryptionContext has names that differ in case only";
}
