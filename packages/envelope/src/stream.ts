import { ChunkQueue } from "./chunk-queue.ts";
import { tagBytes } from "./derived-keys.ts";
import { EnvelopeBroken } from "./envelope-broken.ts";
import { FrameCipher } from "./frame-cipher.ts";
import { frameBytes, headerBytes, plainSize, sealedFrameBytes } from "./layout.ts";

const joinedBytesMax = 256 * 1024;

/**
 * Seals a stream of any length under a 32-byte data key, bound to `aad`. Yields the header with the
 * first frame, then a frame or less. A chunk of the source must not be changed before the next but one is asked
 * for, if it is at least a frame long, else before the stream ends.
 */
export async function* sealStream(
  dataKey: Uint8Array,
  aad: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const cipher = FrameCipher.create(dataKey, aad);
  const queue = new ChunkQueue();
  let index = 0;
  const frame = (last: boolean): Uint8Array[] => {
    const sealed = cipher.seal(index, last, queue.take(frameBytes));
    const pieces = index === 0 ? [cipher.header, ...sealed] : sealed;
    index += 1;
    return joinedWhereSmall(pieces);
  };
  for await (const chunk of source) {
    queue.push(chunk);
    // A full frame waits for one more byte: only then is it certain that it is not the last one.
    while (queue.byteLength > frameBytes) yield* frame(false);
  }
  yield* frame(true);
}

/** Small pieces in one, so that a small stream is one piece; joining large ones would take longer than sealing them. */
function joinedWhereSmall(pieces: readonly Uint8Array[]): Uint8Array[] {
  return pieces.every(({ byteLength }) => byteLength < joinedBytesMax) ? [Buffer.concat(pieces)] : [...pieces];
}

/**
 * Opens what sealStream made. Throws EnvelopeBroken where key, associated data or any byte differ,
 * and where the source ends early; what was yielded before that is genuine, but not the whole.
 */
export async function* openStream(
  dataKey: Uint8Array,
  aad: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const queue = new ChunkQueue();
  let cipher: FrameCipher | undefined;
  let index = 0;
  for await (const chunk of source) {
    queue.push(chunk);
    if (cipher === undefined && queue.byteLength >= headerBytes) {
      cipher = FrameCipher.open(dataKey, aad, queue.takeJoined(headerBytes));
    }
    while (cipher !== undefined && queue.byteLength > sealedFrameBytes) {
      yield* openFrame(cipher, index, false, queue, sealedFrameBytes);
      index += 1;
    }
  }
  if (cipher === undefined) throw new EnvelopeBroken("a sealed stream ends within its header");
  yield* openFrame(cipher, index, true, queue, queue.byteLength);
}

/** What sealStream makes of at most one frame, at once. */
export function sealWhole(dataKey: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  if (plaintext.byteLength > frameBytes) throw new RangeError("more than one frame is sealed as a stream");
  const cipher = FrameCipher.create(dataKey, aad);
  return Buffer.concat([cipher.header, ...cipher.seal(0, true, [plaintext])]);
}

/** All of a stream of one frame, at once; throws as openStream does. */
export function openWhole(dataKey: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array {
  if (plainSize(sealed.byteLength) > frameBytes) throw new RangeError("more than one frame is opened as a stream");
  const cipher = FrameCipher.open(dataKey, aad, sealed.subarray(0, headerBytes));
  const tagStart = sealed.byteLength - tagBytes;
  const [plaintext] = cipher.open(0, true, [sealed.subarray(headerBytes, tagStart)], sealed.subarray(tagStart));
  return plaintext ?? new Uint8Array(0);
}

/** Takes one frame of `sealedBytes` off the queue and opens it. */
export function openFrame(
  cipher: FrameCipher,
  index: number,
  last: boolean,
  queue: ChunkQueue,
  sealedBytes: number,
): Uint8Array[] {
  if (sealedBytes < tagBytes || queue.byteLength < sealedBytes) {
    throw new EnvelopeBroken("a sealed stream ends within a frame");
  }
  const parts = queue.take(sealedBytes - tagBytes);
  return cipher.open(index, last, parts, queue.takeJoined(tagBytes));
}
