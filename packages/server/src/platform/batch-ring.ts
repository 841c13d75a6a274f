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

/**
 * The source's bytes in batches of the ring; what comes in a batch already is passed on uncopied. A batch holds until the
 * third one after it was asked for.
 */
export async function* inBatches(source: AsyncIterable<Uint8Array>, ring: BatchRing): AsyncGenerator<Uint8Array, void> {
  let slot: Uint8Array | undefined;
  let filled = 0;
  for await (const chunk of source) {
    if (filled === 0 && isBatch(chunk)) {
      yield chunk;
      continue;
    }
    let rest = chunk;
    while (rest.byteLength > 0) {
      slot ??= ring.next();
      const taken = Math.min(batchBytes - filled, rest.byteLength);
      slot.set(rest.subarray(0, taken), filled);
      filled += taken;
      rest = rest.subarray(taken);
      if (filled < batchBytes) break;
      yield slot;
      [slot, filled] = [undefined, 0];
    }
  }
  if (slot !== undefined) yield slot.subarray(0, filled);
}
