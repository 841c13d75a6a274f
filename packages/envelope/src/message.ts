import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { commitmentBytes, commits, deriveKeys, nonceBytes, saltBytes, tagBytes } from "./derived-keys.ts";

/*
 * A sealed message: version (1 byte) | salt (32) | commitment (32) | ciphertext | tag (16).
 * The version is authenticated with the caller's associated data.
 */
const version = 1;
const ciphertextStart = 1 + saltBytes + commitmentBytes;

/** How many bytes longer a sealed message, or a wrapped key, is than what it holds. */
export const sealedMessageOverheadBytes = ciphertextStart + tagBytes;

const messagePurpose = "strongroom envelope 1: message";
const wrappedKeyPurpose = "strongroom envelope 1: wrapped key";

/** Seals a small value (it is held in memory whole) under a 32-byte key, bound to `aad`. */
export function seal(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  return sealFor(messagePurpose, key, plaintext, aad);
}

/** The value that was sealed, or undefined when key, associated data or a single byte differ. */
export function open(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
  return openFor(messagePurpose, key, sealed, aad);
}

/** Wraps a key under a 32-byte key-encryption key. A wrapped key never opens as a message, nor the reverse. */
export function wrapKey(kek: Uint8Array, key: Uint8Array, aad: Uint8Array): Uint8Array {
  return sealFor(wrappedKeyPurpose, kek, key, aad);
}

/** The key that was wrapped, or undefined when it is not that. */
export function unwrapKey(kek: Uint8Array, wrapped: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
  return openFor(wrappedKeyPurpose, kek, wrapped, aad);
}

/** Whether a key was wrapped under this one, whatever it is bound to: tells a wrong key from a changed message. */
export function wrapsUnder(kek: Uint8Array, wrapped: Uint8Array): boolean {
  if (wrapped.byteLength < sealedMessageOverheadBytes || wrapped[0] !== version) return false;
  const keys = deriveKeys(kek, wrapped.subarray(1, 1 + saltBytes), wrappedKeyPurpose, nonceBytes);
  return commits(keys, wrapped.subarray(1 + saltBytes, ciphertextStart));
}

function sealFor(purpose: string, key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Uint8Array {
  const salt = randomBytes(saltBytes);
  const keys = deriveKeys(key, salt, purpose, nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", keys.cipherKey, keys.nonceSeed, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.concat([Buffer.of(version), aad]));
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  const tag = cipher.getAuthTag();
  return Buffer.concat([Buffer.of(version), salt, keys.commitment, ciphertext, tag]);
}

function openFor(purpose: string, key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array | undefined {
  if (sealed.byteLength < sealedMessageOverheadBytes || sealed[0] !== version) return undefined;
  const tagStart = sealed.byteLength - tagBytes;
  const keys = deriveKeys(key, sealed.subarray(1, 1 + saltBytes), purpose, nonceBytes);
  if (!commits(keys, sealed.subarray(1 + saltBytes, ciphertextStart))) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", keys.cipherKey, keys.nonceSeed, {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.concat([Buffer.of(version), aad]));
  decipher.setAuthTag(sealed.subarray(tagStart));
  const plaintext = decipher.update(sealed.subarray(ciphertextStart, tagStart));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return undefined;
  }
  return plaintext;
}
