import { commitmentBytes, saltBytes, tagBytes } from "./derived-keys.ts";
import { EnvelopeBroken } from "./envelope-broken.ts";

/*
 * A sealed stream: header | frame 0 | frame 1 | … | last frame.
 * header: magic (4 bytes) | salt (32) | commitment (32); a frame: ciphertext | tag (16).
 * Every frame but the last holds `frameBytes` of plaintext; the last one 1 to `frameBytes`, and none
 * only where the whole stream is empty. The frame size belongs to the magic and never varies.
 */
export const magic = Buffer.from("SRF\x01", "latin1");
export const headerBytes = magic.byteLength + saltBytes + commitmentBytes;
export const frameBytes = 1024 * 1024;
export const sealedFrameBytes = frameBytes + tagBytes;

/** Whether bytes begin as a sealed stream does: what can be told of one without its key, beside its size. */
export function hasStreamHeader(bytes: Uint8Array): boolean {
  return bytes.byteLength >= headerBytes && magic.equals(bytes.subarray(0, magic.byteLength));
}

/** The counter in a frame's nonce has 32 bits. */
export const framesMax = 2 ** 32;

/** How many bytes a stream of `plainBytes` has when sealed. */
export function sealedSize(plainBytes: number): number {
  const frames = Math.max(1, Math.ceil(plainBytes / frameBytes));
  return headerBytes + plainBytes + frames * tagBytes;
}

/** How many bytes a sealed stream of `sealedBytes` holds; EnvelopeBroken where no stream has that size. */
export function plainSize(sealedBytes: number): number {
  const body = sealedBytes - headerBytes;
  const frames = Math.ceil(body / sealedFrameBytes);
  const plainBytes = body - frames * tagBytes;
  if (frames < 1 || plainBytes < 0 || sealedSize(plainBytes) !== sealedBytes) {
    throw new EnvelopeBroken("a sealed stream was cut or lengthened");
  }
  return plainBytes;
}
