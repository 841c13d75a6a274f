import { createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from "node:crypto";

const keyBytes = 32;
export const saltBytes = 32;
export const commitmentBytes = 32;
export const tagBytes = 16;
export const nonceBytes = 12;

export interface DerivedKeys {
  /** The AES-256 key of one message or one stream. */
  readonly cipherKey: KeyObject;
  readonly commitment: Uint8Array;
  /** As many further bytes as were asked for: a nonce, or its prefix. */
  readonly nonceSeed: Uint8Array;
}

/**
 * HKDF-SHA512 (RFC 5869) of a 32-byte `key` and a `salt` that no other message has.
 * `purpose` keeps apart what is derived for messages, for wrapped keys and for streams.
 */
export function deriveKeys(key: Uint8Array, salt: Uint8Array, purpose: string, nonceSeedBytes: number): DerivedKeys {
  if (key.byteLength !== keyBytes) throw new RangeError(`an envelope key has ${keyBytes} bytes`);
  // Node takes a key object five times as fast as it takes the key's bytes.
  const secret = createSecretKey(key);
  const bytes = new Uint8Array(hkdfSync("sha512", secret, salt, purpose, keyBytes + commitmentBytes + nonceSeedBytes));
  const cipherKey = createSecretKey(bytes.subarray(0, keyBytes));
  bytes.fill(0, 0, keyBytes);
  return {
    cipherKey,
    commitment: bytes.subarray(keyBytes, keyBytes + commitmentBytes),
    nonceSeed: bytes.subarray(keyBytes + commitmentBytes),
  };
}

/** ④ GCM alone would open one ciphertext under several keys; the commitment allows exactly one. */
export function commits(keys: DerivedKeys, commitment: Uint8Array): boolean {
  return commitment.byteLength === commitmentBytes && timingSafeEqual(keys.commitment, commitment);
}
