/** Of a batch, but for a stream's last one. */
export const batchBytes = 1024 * 1024;
/** Of one stream: one that is being filled, three that wait for a thread, are hashed or sealed. */
const slotsPerStream = 4;
/** How many batches of a stream may wait for a thread before the next is filled. */
export const batchesWaitingMax = slotsPerStream - 1;
/** Fresh memory costs as much time as hashing does: so much of it is kept for the next streams. */
const slotsKeptMax = 8 * slotsPerStream;

const kept: Uint8Array[] = [];

/** The memory of one stream's batches, shared with the threads that hash them: a few pieces that take turns. */
export class BatchRing {
  readonly #slots: Uint8Array[] = [];
  #count = 0;

  /** The memory of the batch before the last three, or other memory as long as there are fewer. */
  next(): Uint8Array {
    const index = this.#count % slotsPerStream;
    this.#count += 1;
    return (this.#slots[index] ??= kept.pop() ?? new Uint8Array(new SharedArrayBuffer(batchBytes)));
  }

  /** Once nothing reads any batch. */
  release(): void {
    for (const slot of this.#slots.splice(0)) if (kept.length < slotsKeptMax) kept.push(slot);
  }

  /** Where a thread may still be reading: the memory is not used again. */
  abandon(): void {
    this.#slots.length = 0;
  }
}

const isBatch = (chunk: Uint8Array): boolean =>
  chunk.byteLength === batchBytes && chunk.buffer instanceof SharedArrayBuffer;

/** Brings pieces together into batches of the ring. */
export class Batches {
  readonly #ring: BatchRing;
  #slot: Uint8Array | undefined;
  #filled = 0;

  constructor(ring: BatchRing) {
    this.#ring = ring;
  }

  /** The batches that are complete with this piece. A piece that is a batch itself is given uncopied where it can be. */
  *add(piece: Uint8Array): Generator<Uint8Array, void> {
    if (this.#filled === 0 && isBatch(piece)) {
      yield piece;
      return;
    }
    for (let rest = piece; rest.byteLength > 0;) {
      const slot = (this.#slot ??= this.#ring.next());
      const taken = Math.min(batchBytes - this.#filled, rest.byteLength);
      slot.set(rest.subarray(0, taken), this.#filled);
      this.#filled += taken;
      rest = rest.subarray(taken);
      if (this.#filled < batchBytes) return;
      [this.#slot, this.#filled] = [undefined, 0];
      yield slot;
    }
  }

  /** What is in no batch yet. */
  rest(): Uint8Array | undefined {
    return this.#slot?.subarray(0, this.#filled);
  }
}

/**
 * The source's bytes in batches of the ring; what comes in a batch already is passed on uncopied. A batch holds until the
 * third one after it was asked for.
 */
export async function* inBatches(source: AsyncIterable<Uint8Array>, ring: BatchRing): AsyncGenerator<Uint8Array, void> {
  const batches = new Batches(ring);
  for await (const piece of source) for (const batch of batches.add(piece)) yield batch;
  const rest = batches.rest();
  if (rest !== undefined) yield rest;
}
