import { oneOf } from "@strongroom/wire";
import type { EncryptionAlgorithm, EncryptionContext, FoundKey } from "../../../encryption/index.ts";
import { accepted, validationError } from "../kms-error.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";

export const symmetricDefault = "SYMMETRIC_DEFAULT" as const;
export const algorithmMember = oneOf(symmetricDefault, "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256");

type Asked = EncryptionAlgorithm | undefined;

/** The condition key of an encryption algorithm; symmetric where none is named. */
export function algorithmCondition(algorithm: string | undefined) {
  return { "kms:EncryptionAlgorithm": algorithm ?? symmetricDefault };
}

interface Ciphertext {
  readonly ciphertext: Uint8Array;
  readonly keyArn: string;
  /** Of symmetric keys only: RSA keys are never rotated. */
  readonly materialId?: string;
}

interface Plaintext {
  readonly plaintext: Uint8Array;
  readonly keyArn: string;
  readonly materialId?: string;
}

/** Encrypts under the key, by whichever algorithm was asked for. */
export function encryptBy(
  { keyUse, keyPairUse }: CryptographyFaces,
  key: FoundKey,
  x: { algorithm: Asked; plaintext: Uint8Array; context: EncryptionContext | undefined },
): Ciphertext {
  const { algorithm = symmetricDefault, plaintext, context = {} } = x;
  if (algorithm === symmetricDefault) return accepted(keyUse.encryptUnder(key, plaintext, context));
  checkNoContext(context);
  return { ciphertext: accepted(keyPairUse.encrypt(key, algorithm, plaintext)).bytes, keyArn: key.keyArn };
}

/** Decrypts what the key encrypted, by whichever algorithm was asked for. The caller wipes the plaintext. */
export function decryptBy(
  { keyUse, keyPairUse }: CryptographyFaces,
  key: FoundKey,
  x: { algorithm: Asked; ciphertext: Uint8Array; context: EncryptionContext | undefined },
): Plaintext {
  const { algorithm = symmetricDefault, ciphertext, context = {} } = x;
  if (algorithm === symmetricDefault) return accepted(keyUse.decrypt(ciphertext, context));
  checkNoContext(context);
  return { plaintext: accepted(keyPairUse.decrypt(key, algorithm, ciphertext)).bytes, keyArn: key.keyArn };
}

/** RSA binds a ciphertext to nothing: a context would be dropped without a word. */
function checkNoContext(context: EncryptionContext): void {
  if (Object.keys(context).length > 0) {
    throw validationError("EncryptionContext is not supported by asymmetric encryption algorithms.");
  }
}
