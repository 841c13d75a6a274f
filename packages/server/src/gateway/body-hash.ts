import type { BodyHash, HttpRequestHead } from "@strongroom/wire";
import { HashThread } from "../platform/index.ts";
import type { RunningDigests } from "../platform/index.ts";

const batchBytes = 1024 * 1024;
/** Of one body: one that is being filled, three that wait or are being hashed. */
const slotsPerBody = 4;
/** Fresh memory costs as much time as hashing does: so much of it is kept for the next bodies. */
const slotsKeptMax = 4 * slotsPerBody;

const thread = new HashThread();
const kept: Uint8Array[] = [];

/** The hash of a large body, beside the main thread, which has opening and sealing it to do; undefined for any other. */
export function hashBeside({ headers }: HttpRequestHead): (() => BodyHash) | undefined {
  const [, sizeBytes] = headers.find(([name]) => name === "content-length") ?? [];
  return Number(sizeBytes) > batchBytes ? () => new HashBeside() : undefined;
}

/** Copies what it hashes into memory that the thread shares: the caller's own is the caller's again at once. */
export class HashBeside implements BodyHash {
  readonly #slots: Uint8Array[] = [];
  readonly #running: RunningDigests = thread.begin(["sha256"]);
  #index = 0;
  #filled = 0;

  update(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#filled + bytes.byteLength >= batchBytes) return this.#updateAcross(bytes);
    this.#copy(bytes);
    return undefined;
  }

  async digest(): Promise<string> {
    await this.#running.add(this.#slot().subarray(0, this.#filled), "finish", slotsPerBody);
    const [sha256] = await this.#running.digests;
    for (const slot of this.#slots.splice(0)) if (kept.length < slotsKeptMax) kept.push(slot);
    if (sha256 === undefined) throw new Error("the hash thread gave no digest");
    return sha256;
  }

  /** The thread may still be reading the memory, which is not used again. */
  giveUp(): void {
    this.#running.giveUp();
    this.#slots.length = 0;
  }

  async #updateAcross(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.byteLength > 0) {
      const taken = Math.min(batchBytes - this.#filled, rest.byteLength);
      this.#copy(rest.subarray(0, taken));
      rest = rest.subarray(taken);
      if (this.#filled < batchBytes) return;
      // Once no more than three wait, the next of the four is free.
      await this.#running.add(this.#slot(), "more", slotsPerBody - 1);
      this.#index = (this.#index + 1) % slotsPerBody;
      this.#filled = 0;
    }
  }

  #copy(bytes: Uint8Array): void {
    this.#slot().set(bytes, this.#filled);
    this.#filled += bytes.byteLength;
  }

  #slot(): Uint8Array {
    return (this.#slots[this.#index] ??= kept.pop() ?? new Uint8Array(new SharedArrayBuffer(batchBytes)));
  }
}
