/**
 * Framed authenticated encryption, and the wrapping of keys.
 *
 * Promise: whoever holds a sealed message or stream without its key learns its length and no more;
 * whoever changes, cuts, reorders or splices it, or opens it under another key or other associated
 * data, gets nothing but a refusal.
 *
 * Invariants: AES-256-GCM with 16-byte tags, always. Every message, every stream and every series of
 * messages has keys of its own, derived with HKDF-SHA512 from the caller's key and 32 random bytes,
 * together with a 32-byte commitment to that key which is compared in constant time before anything is
 * decrypted; a series is so short that its random nonces do not meet. So no nonce is ever used twice, and
 * no ciphertext opens under two keys. No plaintext is handed out before the tag over it held.
 *
 * Shares of a secret (Shamir) tell nothing about it below their threshold; whether joined shares were the right ones is
 * for the caller to find out, by a commitment or by what the secret opens.
 *
 * It must not touch files, networks or clocks, and it knows no product.
 */
export { open, seal, sealedMessageOverheadBytes, unwrapKey, wrapKey, wrapsUnder } from "./message.ts";
export { MessageSeries } from "./message-series.ts";
export { frameBytes, hasStreamHeader, headerBytes, plainSize, sealedSize } from "./layout.ts";
export { openStream, openWhole, sealStream, sealWhole } from "./stream.ts";
export { FrameReader } from "./frame-reader.ts";
export type { SealedSpan } from "./frame-reader.ts";
export { encryptionContextAad } from "./encryption-context.ts";
export { EnvelopeBroken } from "./envelope-broken.ts";
export { joinShares, sharesMax, splitSecret } from "./shares.ts";
export type { Share } from "./shares.ts";
