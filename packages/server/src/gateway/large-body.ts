import type { BodyHash, Claim, HttpRequestHead, PayloadMeans } from "@strongroom/wire";
import { batchBytes, Batches, batchesWaitingMax, BatchRing, HashThread, inBatches } from "../platform/index.ts";
import type { HashAlgorithm, RunningDigests } from "../platform/index.ts";

const thread = new HashThread();
const nothing = new Uint8Array(0);

/**
 * How a large body is read: in batches, which are hashed beside the main thread, which has opening and sealing to do.
 * What is read holds until the third batch after it was asked for: whoever keeps bytes copies them.
 */
export class LargeBody implements PayloadMeans {
  readonly #ring = new BatchRing();
  readonly source: AsyncIterable<Uint8Array>;

  /** The batches are made of what came in, or of what is in its chunks. */
  constructor(arriving: AsyncIterable<Uint8Array>, isChunked: boolean) {
    this.source = isChunked ? arriving : { [Symbol.asyncIterator]: () => inBatches(arriving, this.#ring) };
  }

  newHash(algorithms: readonly HashAlgorithm[]): BodyHash {
    return new BatchHash(algorithms);
  }

  newGathering(): Batches {
    return new Batches(this.#ring);
  }

  /** Once nothing reads the body's memory any more: it serves the next one. Without it, it does not. */
  release(): void {
    this.#ring.release();
  }
}

/** For a body that says it has more than a batch; undefined for any other. */
export function largeBody(
  { headers }: HttpRequestHead,
  { payload: { mode, decodedLength } }: Pick<Claim, "payload">,
  arriving: AsyncIterable<Uint8Array>,
): LargeBody | undefined {
  const [, sizeBytes] = headers.find(([name]) => name === "content-length") ?? [];
  const isChunked = mode.kind === "signed-chunks" || mode.kind === "unsigned-trailer";
  return (decodedLength ?? Number(sizeBytes)) > batchBytes ? new LargeBody(arriving, isChunked) : undefined;
}

/** Of batches in memory that the thread shares. */
class BatchHash implements BodyHash {
  readonly #running: RunningDigests;

  constructor(algorithms: readonly HashAlgorithm[]) {
    this.#running = thread.begin(algorithms);
  }

  update(batch: Uint8Array): Promise<void> {
    return this.#running.add(batch, "more", batchesWaitingMax);
  }

  async digests(): Promise<readonly Uint8Array[]> {
    await this.#running.add(nothing, "finish", batchesWaitingMax);
    return (await this.#running.digests).map((digest) => Buffer.from(digest, "hex"));
  }

  giveUp(): void {
    this.#running.giveUp();
  }
}
