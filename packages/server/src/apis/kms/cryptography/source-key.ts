import { blob } from "@strongroom/wire";
import type { AbsentKey, EncryptionAlgorithm, FoundKey, Keys } from "../../../encryption/index.ts";
import { incorrectKey, kmsError, validationError } from "../kms-error.ts";
import { symmetricDefault } from "./algorithms.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";

export const ciphertextBlob = blob({ min: 1, max: 6144 });

/** What is to be decrypted: the ciphertext, and what the request says of it. */
export interface Source {
  readonly ciphertext: Uint8Array;
  readonly algorithm: EncryptionAlgorithm | undefined;
  /** How the request names the key, where it does. */
  readonly keyId: string | undefined;
}

type Faces = Pick<CryptographyFaces, "keys" | "keyUse">;

/**
 * The key that a permission to decrypt is decided on: the one that a symmetric ciphertext names, whichever the
 * request names besides. Where the request names the same one by an alias, policies see the alias. An RSA
 * ciphertext names no key: there the request has to.
 */
export function askedKey({ keys, keyUse }: Faces, source: Source): FoundKey | AbsentKey {
  const { ciphertext, algorithm = symmetricDefault, keyId } = source;
  if (algorithm !== symmetricDefault) {
    if (keyId === undefined) throw validationError(`A KeyId is required with the algorithm ${algorithm}.`);
    return keys.find(keyId);
  }
  const named = keyUse.keyOf(ciphertext);
  if (named === undefined) return keyOfForeign(keys, keyId);
  if (keyId === undefined || named.kind === "absent") return named;
  const found = keys.find(keyId);
  return found.kind === "found" && found.keyArn === named.keyArn ? found : named;
}

/**
 * The key that a handler decrypts with. It is the one that was decided on: a ciphertext names it for ever, and
 * for RSA the handler asks again.
 */
export function claimedKey(faces: Faces, source: Source): FoundKey {
  const { keys } = faces;
  const asked = askedKey(faces, source);
  if (source.keyId !== undefined) checkNamedKey(keys, source.keyId, asked);
  if (asked.kind === "found") return asked;
  const isNamed = source.algorithm !== undefined && source.algorithm !== symmetricDefault;
  // A changed byte of the key's id is a changed ciphertext; that there is no such key is nobody's question.
  throw isNamed ? kmsError(asked.refusal) : invalidCiphertext();
}

/** Where a ciphertext is none of ours, the key that was named is decided on, so that an asymmetric one says why. */
function keyOfForeign(keys: Pick<Keys, "find">, keyId: string | undefined): FoundKey | AbsentKey {
  const found = keyId === undefined ? undefined : keys.find(keyId);
  if (found === undefined) throw invalidCiphertext();
  return found;
}

/** Where a request names the key, it must be the one that the ciphertext names. */
function checkNamedKey(keys: Pick<Keys, "find">, named: string, asked: FoundKey | AbsentKey): void {
  const found = keys.find(named);
  if (found.kind === "absent") throw kmsError(found.refusal);
  if (asked.kind === "found" && found.keyArn !== asked.keyArn) throw incorrectKey();
}

function invalidCiphertext(): Error {
  const message = "The ciphertext was not made by any key of this account.";
  return kmsError({ kind: "refused", reason: "invalid-ciphertext", message });
}
