import type { Permission } from "../access/index.ts";
import type { EncryptionContext } from "./ciphertext-blob.ts";
import { contextPairPrefix } from "./grant-decision.ts";
import type { KeyKind } from "./key-kind.ts";
import type { AbsentKey, FoundKey } from "./key-ring.ts";

/** The one algorithm of symmetric keys, as KMS names it. */
const symmetricAlgorithm = "SYMMETRIC_DEFAULT";

/** What a key is used for under an encryption algorithm. */
const encrypting = new Set([
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
]);

/** What else takes an alias in place of a key. */
const takingAliases = new Set([
  "kms:DescribeKey",
  "kms:GetPublicKey",
  "kms:Sign",
  "kms:Verify",
  "kms:GenerateMac",
  "kms:VerifyMac",
  "kms:DeriveSharedSecret",
]);

/** Condition keys beside those that every use of a key has; AWS names them by algorithm, message and pair. */
export type UseConditions = Readonly<Record<`kms:${string}`, string>>;

/** What a key is, as condition keys of CreateKey and of whatever is done with a key. */
export function kindConditions({ spec, usage, origin }: KeyKind): Readonly<Record<string, string>> {
  return {
    "kms:KeySpec": spec,
    "kms:KeyUsage": usage,
    // Older names of the same two; policies that were written with them still hold.
    "kms:CustomerMasterKeySpec": spec,
    "kms:CustomerMasterKeyUsage": usage,
    "kms:KeyOrigin": origin,
    "kms:MultiRegion": "false",
  };
}

/**
 * The permission to do something with a key, with the condition keys that AWS KMS gives the request: the
 * alias that was used, the algorithm and the encryption context. Those of the key itself are told with its
 * policy; caller and service in between are the authority's to tell.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export function keyPermission(
  action: string,
  found: FoundKey | AbsentKey,
  context?: EncryptionContext,
  conditions: UseConditions = {},
): Permission {
  const isEncrypting = encrypting.has(action);
  const values: Record<string, string | readonly string[]> = {
    ...(isEncrypting && { "kms:EncryptionAlgorithm": symmetricAlgorithm }),
    ...conditions,
  };
  const takesAlias = isEncrypting || takingAliases.has(action);
  if (takesAlias && found.kind === "found" && found.alias !== undefined) values["kms:RequestAlias"] = found.alias;
  const pairs = Object.entries(context ?? {});
  for (const [name, value] of pairs) values[contextPairPrefix + name] = value;
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
