import { hash } from "node:crypto";
import { batchBytes, batchesWaitingMax, BatchRing, HashThread, inBatches } from "../../platform/index.ts";
import type { HashAlgorithm, RunningDigests } from "../../platform/index.ts";

/** What to compute. */
interface Wanted {
  readonly md5: boolean;
  readonly sha256: boolean;
}

/** Hexadecimal; what was wanted. */
interface Digests {
  readonly md5?: string;
  readonly sha256?: string;
}

const thread = new HashThread();
const nothing = new Uint8Array(0);

/** A stream in batches, hashed on the way. What is less than one batch is hashed in place. */
export class HashedBatches {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #algorithms: readonly HashAlgorithm[];
  readonly #ring = new BatchRing();
  #running: RunningDigests | undefined;
  #digests: readonly string[] | undefined;
  sizeBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>, { md5, sha256 }: Wanted) {
    this.#source = source;
    this.#algorithms = (["sha256", "md5"] as const).filter((name) => (name === "md5" ? md5 : sha256));
  }

  /** The source's bytes. A batch holds until the next but one is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let last: Uint8Array = nothing;
    for await (const batch of inBatches(this.#source, this.#ring)) {
      this.sizeBytes += batch.byteLength;
      // Only the last one is not full.
      if (batch.byteLength < batchBytes) last = batch;
      else await this.#hash(batch, "more");
      yield batch;
    }
    if (this.#running === undefined) this.#digests = this.#algorithms.map((algorithm) => hash(algorithm, last));
    else await this.#hash(last, "finish");
  }

  /** After the last batch. */
  async finish(): Promise<Digests> {
    const digests = this.#digests ?? (await this.#running?.digests);
    if (digests === undefined) throw new Error("the stream was not read to its end");
    this.#ring.release();
    return Object.fromEntries(this.#algorithms.map((name, index) => [name, digests[index]]));
  }

  /** Lets go of a stream that will not be finished; the thread may still be reading its memory. */
  giveUp(): void {
    this.#running?.giveUp();
    this.#ring.abandon();
  }

  async #hash(batch: Uint8Array, then: "more" | "finish"): Promise<void> {
    if (this.#algorithms.length === 0) return;
    this.#running ??= thread.begin(this.#algorithms);
    await this.#running.add(batch, then, batchesWaitingMax);
  }
}
