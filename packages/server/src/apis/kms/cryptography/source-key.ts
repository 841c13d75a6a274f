import { blob } from "@strongroom/wire";
import type { AbsentKey, FoundKey, Keys, KeyUse } from "../../../encryption/index.ts";
import { incorrectKey, kmsError } from "../kms-error.ts";

export const ciphertextBlob = blob({ min: 1, max: 6144 });

/**
 * The key that a permission to decrypt is decided on: the one that the ciphertext names, whichever the request
 * names besides. Where the request names the same one by an alias, policies see the alias.
 */
export function askedKey(
  keys: Pick<Keys, "find">,
  source: FoundKey | AbsentKey,
  named: string | undefined,
): FoundKey | AbsentKey {
  if (named === undefined || source.kind === "absent") return source;
  const found = keys.find(named);
  return found.kind === "found" && found.keyArn === source.keyArn ? found : source;
}

/** The key that a ciphertext names. */
export function sourceKey(keyUse: Pick<KeyUse, "keyOf">, ciphertext: Uint8Array): FoundKey | AbsentKey {
  const found = keyUse.keyOf(ciphertext);
  if (found !== undefined) return found;
  const message = "The ciphertext was not made by any key of this account.";
  throw kmsError({ kind: "refused", reason: "invalid-ciphertext", message });
}

/** Where a request names the key, it must be the one that the ciphertext names. */
export function checkNamedKey(keys: Pick<Keys, "find">, named: string | undefined, source: FoundKey | AbsentKey): void {
  if (named === undefined) return;
  const found = keys.find(named);
  if (found.kind === "absent") throw kmsError(found.refusal);
  if (source.kind === "absent" || found.keyArn !== source.keyArn) throw incorrectKey();
}
