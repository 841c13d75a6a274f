import { createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";

const cipher = "id-aes256-wrap-pad";
const wrappingKeyBytes = 32;
const blockBytes = 8;
/** The constant half of the initial value of RFC 5649; the other half is the length of what is wrapped. */
const initialValue = Buffer.from("a65959a6", "hex");

/**
 * Opens AES key wrap with padding (RFC 5649) under a key of 32 bytes; undefined where it does not hold. The
 * library takes some lengths that the algorithm cannot give, so that what it opened is wrapped once more: the
 * algorithm has no randomness, and only the very bytes that it gives are taken.
 */
export function unwrapPadded(wrappingKey: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  const isWhole = wrapped.byteLength >= 2 * blockBytes && wrapped.byteLength % blockBytes === 0;
  if (wrappingKey.byteLength !== wrappingKeyBytes || !isWhole) return undefined;
  try {
    const decipher = createDecipheriv(cipher, wrappingKey, initialValue);
    const opened = Buffer.concat([decipher.update(wrapped), decipher.final()]);
    const again = wrapPadded(wrappingKey, opened);
    if (opened.byteLength > 0 && again.byteLength === wrapped.byteLength && timingSafeEqual(again, wrapped))
      return opened;
    opened.fill(0);
    return undefined;
  } catch {
    return undefined;
  }
}

/** AES key wrap with padding, as whoever brings key material does it. */
export function wrapPadded(wrappingKey: Uint8Array, key: Uint8Array): Uint8Array {
  const wrapping = createCipheriv(cipher, wrappingKey, initialValue);
  return Buffer.concat([wrapping.update(key), wrapping.final()]);
}
