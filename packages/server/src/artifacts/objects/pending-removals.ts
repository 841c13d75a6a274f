import { isDiskFull } from "./disk-full.ts";

/** How many files may wait before whoever wants one more removed waits with them. */
const waitingMax = 256;

/**
 * Files that nothing names any more, removed one behind the other while whoever replaced them is answered: for a file
 * of 64 MiB the disk takes as long as for a fifth of writing it.
 */
export class PendingRemovals {
  readonly #remove: (id: string) => Promise<void>;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(remove: (id: string) => Promise<void>) {
    this.#remove = remove;
  }

  /** Rejects never: what cannot be removed is an orphan for the next start. Resolves at once, unless many wait. */
  async add(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#waiting += 1;
      this.#last = this.#last
        .then(() => this.#remove(id))
        .catch(() => undefined)
        .then(() => {
          this.#waiting -= 1;
        });
    }
    if (this.#waiting > waitingMax) await this.#last;
  }

  /** Resolves once nothing waits. */
  async settled(): Promise<void> {
    while (this.#waiting > 0) await this.#last;
  }

  /** What waits still has its room on the disk: a task that meets a full one is tried once more when that is free. */
  async makingRoom<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      if (!isDiskFull(error) || this.#waiting === 0) throw error;
      await this.settled();
      return await task();
    }
  }
}
