import { randomFillSync } from "node:crypto";

/**
 * Zeros for a secret. They lie outside of V8's heap: an array of up to 64 bytes lies on it unless it is told where,
 * as that of `randomBytes` does, and the collector copies what lies there, so that wiping it leaves the copies.
 */
export function secretBytes(bytes: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(bytes));
}

/** Random bytes for a secret, which can be wiped. */
export function randomSecret(bytes: number): Uint8Array {
  return randomFillSync(secretBytes(bytes));
}
