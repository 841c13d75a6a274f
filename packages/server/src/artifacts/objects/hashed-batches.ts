import { hash } from "node:crypto";
import { HashThread } from "../../platform/index.ts";
import type { HashAlgorithm, RunningDigests } from "../../platform/index.ts";

interface Wanted {
  readonly md5: boolean;
  /** Given where the source itself holds to it; it is not computed again. */
  readonly sha256: string | undefined;
}

/** Hexadecimal. */
interface Digests {
  readonly md5?: string;
  readonly sha256: string;
}

const batchBytes = 1024 * 1024;
/** Of one stream: one that is being filled, two that are still in use, one more that is being hashed. */
const slotsPerStream = 4;
/** Fresh memory costs as much time as hashing does: so much of it is kept for the next streams. */
const slotsKeptMax = 4 * slotsPerStream;

const thread = new HashThread();
const kept: Uint8Array[] = [];

/** A stream in batches, hashed on the way. What fits into one batch is hashed in place. */
export class HashedBatches {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #sha256: string | undefined;
  readonly #algorithms: readonly HashAlgorithm[];
  readonly #slots: Uint8Array[] = [];
  #count = 0;
  #running: RunningDigests | undefined;
  #digests: readonly string[] | undefined;
  sizeBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>, { md5, sha256 }: Wanted) {
    this.#source = source;
    this.#sha256 = sha256;
    this.#algorithms = [...(sha256 === undefined ? (["sha256"] as const) : []), ...(md5 ? (["md5"] as const) : [])];
  }

  /** The source's bytes. A batch holds until the next but one is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let slot = this.#nextSlot();
    let filled = 0;
    for await (const chunk of this.#source) {
      let rest = chunk;
      while (rest.byteLength > 0) {
        if (filled === batchBytes) {
          await this.#hash(slot, "more");
          yield slot;
          slot = this.#nextSlot();
          filled = 0;
        }
        const taken = Math.min(batchBytes - filled, rest.byteLength);
        slot.set(rest.subarray(0, taken), filled);
        filled += taken;
        rest = rest.subarray(taken);
      }
    }
    const last = slot.subarray(0, filled);
    if (this.#running === undefined) this.#digests = this.#algorithms.map((algorithm) => hash(algorithm, last));
    else await this.#hash(last, "finish");
    this.sizeBytes += filled;
    if (filled > 0) yield last;
  }

  /** After the last batch. */
  async finish(): Promise<Digests> {
    this.#digests ??= await this.#running?.digests;
    if (this.#digests === undefined) throw new Error("the stream was not read to its end");
    for (const slot of this.#slots.splice(0)) if (kept.length < slotsKeptMax) kept.push(slot);
    const computed = [...this.#digests];
    const sha256 = this.#sha256 ?? computed.shift();
    const [md5] = computed;
    if (sha256 === undefined) throw new Error("a digest is missing");
    return md5 === undefined ? { sha256 } : { md5, sha256 };
  }

  /** Lets go of a stream that will not be finished; the thread may still be reading its memory, which is not used again. */
  giveUp(): void {
    this.#running?.giveUp();
    this.#slots.length = 0;
  }

  async #hash(batch: Uint8Array, then: "more" | "finish"): Promise<void> {
    if (then === "more") this.sizeBytes += batch.byteLength;
    if (this.#algorithms.length === 0) return;
    this.#running ??= thread.begin(this.#algorithms);
    await this.#running.add(batch, then, slotsPerStream - 1);
  }

  /** The memory of the batch before the last three, or fresh memory as long as there are fewer. */
  #nextSlot(): Uint8Array {
    const index = this.#count % slotsPerStream;
    this.#count += 1;
    return (this.#slots[index] ??= kept.pop() ?? new Uint8Array(new SharedArrayBuffer(batchBytes)));
  }
}
