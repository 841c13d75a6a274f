import type { BodyHash, Claim, HttpRequestHead } from "@strongroom/wire";
import { batchBytes, batchesWaitingMax, BatchRing, HashThread, inBatches } from "../platform/index.ts";
import type { RunningDigests } from "../platform/index.ts";

const thread = new HashThread();
const nothing = new Uint8Array(0);

/** A large body, hashed beside the main thread, which has opening and sealing it to do. */
export class HashedBeside {
  readonly #ring = new BatchRing();
  /** The body in batches, which hold until the third one after them was asked for: whoever keeps bytes copies them. */
  readonly body: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.body = { [Symbol.asyncIterator]: () => inBatches(source, this.#ring) };
  }

  readonly newHash = (): BodyHash => new BatchHash();

  /** Once nothing reads the body's memory any more: it serves the next one. Without it, it does not. */
  release(): void {
    this.#ring.release();
  }
}

/** Where the signature covers the hash of all of a body of more than a batch; undefined for any other. */
export function hashedBeside(
  { headers }: HttpRequestHead,
  { payload }: Pick<Claim, "payload">,
  source: AsyncIterable<Uint8Array>,
): HashedBeside | undefined {
  const [, sizeBytes] = headers.find(([name]) => name === "content-length") ?? [];
  return payload.mode.kind === "hash" && Number(sizeBytes) > batchBytes ? new HashedBeside(source) : undefined;
}

/** Of batches in memory that the thread shares. */
class BatchHash implements BodyHash {
  readonly #running: RunningDigests = thread.begin(["sha256"]);

  update(batch: Uint8Array): Promise<void> {
    return this.#running.add(batch, "more", batchesWaitingMax);
  }

  async digest(): Promise<string> {
    await this.#running.add(nothing, "finish", batchesWaitingMax);
    const [sha256] = await this.#running.digests;
    if (sha256 === undefined) throw new Error("the hash thread gave no digest");
    return sha256;
  }

  giveUp(): void {
    this.#running.giveUp();
  }
}
