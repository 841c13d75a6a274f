import { ChunkQueue } from "./chunk-queue.ts";
import { tagBytes } from "./derived-keys.ts";
import { FrameCipher } from "./frame-cipher.ts";
import { frameBytes, framesMax, headerBytes, plainSize, sealedFrameBytes } from "./layout.ts";
import { openFrame } from "./stream.ts";
import { EnvelopeBroken } from "./envelope-broken.ts";

/** Where in a sealed file the frames of a range lie: `start` is the first byte, `end` the one after the last. */
export interface SealedSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Opens a part of a sealed stream whose size is known, reading only the frames that hold it.
 * All ranges are half-open: `from` is the first byte, `end` the one after the last.
 *
 * A reader sees no further than the frames it opens: that a file was cut behind them is found by
 * whoever opens the whole, or compares `plainBytes` with the size on record.
 */
export class FrameReader {
  readonly plainBytes: number;
  readonly #cipher: FrameCipher;
  readonly #lastIndex: number;

  /** `header`: the first `headerBytes` of the file; `sealedBytes`: the file's size. Throws EnvelopeBroken. */
  constructor(dataKey: Uint8Array, aad: Uint8Array, header: Uint8Array, sealedBytes: number) {
    this.plainBytes = plainSize(sealedBytes);
    this.#cipher = FrameCipher.open(dataKey, aad, header);
    this.#lastIndex = Math.max(0, Math.ceil(this.plainBytes / frameBytes) - 1);
    if (this.#lastIndex >= framesMax) throw new EnvelopeBroken("a sealed stream is too long");
  }

  /** Which bytes of the file hold the plaintext from `from` to before `end`. */
  span(from: number, end: number): SealedSpan {
    this.#check(from, end);
    const { first, last } = this.#frames(from, end);
    return {
      start: headerBytes + first * sealedFrameBytes,
      end: headerBytes + last * sealedFrameBytes + this.#sealedFrameBytes(last),
    };
  }

  /** The plaintext from `from` to before `end`; `source` yields the file's bytes of `span(from, end)`. */
  async *open(
    from: number,
    end: number,
    source: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    this.#check(from, end);
    const queue = new ChunkQueue();
    const { first, last } = this.#frames(from, end);
    let index = first;
    for await (const chunk of source) {
      queue.push(chunk);
      while (index <= last && queue.byteLength >= this.#sealedFrameBytes(index)) {
        yield* this.#within(index, queue, from, end);
        index += 1;
      }
    }
    if (index <= last || queue.byteLength > 0) {
      throw new EnvelopeBroken("the source does not hold the frames of its range");
    }
  }

  *#within(index: number, queue: ChunkQueue, from: number, end: number): Generator<Uint8Array> {
    const last = index === this.#lastIndex;
    let position = index * frameBytes;
    for (const part of openFrame(this.#cipher, index, last, queue, this.#sealedFrameBytes(index))) {
      const wanted = part.subarray(Math.max(0, from - position), Math.max(0, end - position));
      position += part.byteLength;
      if (wanted.byteLength > 0) yield wanted;
    }
  }

  /** The frames that hold a range; an empty range has one too, so that reading it proves something. */
  #frames(from: number, end: number): { first: number; last: number } {
    const first = Math.min(Math.floor(from / frameBytes), this.#lastIndex);
    return { first, last: Math.max(first, Math.ceil(end / frameBytes) - 1) };
  }

  #sealedFrameBytes(index: number): number {
    if (index < this.#lastIndex) return sealedFrameBytes;
    return this.plainBytes - this.#lastIndex * frameBytes + tagBytes;
  }

  #check(from: number, end: number): void {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(end) || from < 0 || end < from || end > this.plainBytes) {
      throw new RangeError(`no range ${from} to ${end} in ${this.plainBytes} bytes`);
    }
  }
}
