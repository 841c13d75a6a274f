import type { Permission } from "../access/index.ts";
import type { EncryptionContext } from "./ciphertext-blob.ts";
import type { AbsentKey, FoundKey } from "./key-ring.ts";

/**
 * The permission to do something with a key, with the condition keys that AWS KMS gives it: the alias
 * that was used and the encryption context. Caller and service in between are the authority's to tell.
 */
export function keyPermission(action: string, found: FoundKey | AbsentKey, context?: EncryptionContext): Permission {
  const values: Record<string, string | readonly string[]> = {};
  if (found.kind === "found" && found.alias !== undefined) values["kms:RequestAlias"] = found.alias;
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
