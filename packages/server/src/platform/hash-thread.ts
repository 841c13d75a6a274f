import { Worker } from "node:worker_threads";

export type HashAlgorithm = "md5" | "sha256";

export interface HashTask {
  readonly id: number;
  readonly algorithms: readonly HashAlgorithm[];
  readonly bytes: Uint8Array;
  readonly then: "more" | "finish" | "give-up";
}
export interface HashReply {
  readonly id: number;
  /** Hexadecimal, in the order of the algorithms. */
  readonly digests?: readonly string[];
}

/** Hashes of one stream, fed in order. */
export interface RunningDigests {
  /**
   * Hands over a batch in shared memory, which must not be changed while it waits. Resolves once no more
   * than `waitingMax` batches wait, this one included.
   */
  add(bytes: Uint8Array, then: "more" | "finish", waitingMax: number): Promise<void>;
  /** Hexadecimal, in the order of the algorithms. Resolves after the batch that was added with "finish". */
  readonly digests: Promise<readonly string[]>;
  /** Lets go of a stream that will not be finished. */
  giveUp(): void;
}

interface Waiting {
  batches: number;
  wake: (() => void) | undefined;
  readonly digests: PromiseWithResolvers<readonly string[]>;
}

/** Hashes streams beside the main thread: MD5 alone takes longer than sealing and writing together. */
export class HashThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  begin(algorithms: readonly HashAlgorithm[]): RunningDigests {
    this.#lastId += 1;
    const id = this.#lastId;
    const digests = Promise.withResolvers<readonly string[]>();
    // A failure is thrown where it is awaited; until then it must not count as unhandled.
    digests.promise.catch(() => undefined);
    const waiting: Waiting = { batches: 0, wake: undefined, digests };
    this.#waiting.set(id, waiting);
    return {
      add: async (bytes, then, waitingMax) => {
        this.#post({ id, algorithms, bytes, then });
        waiting.batches += 1;
        while (waiting.batches > waitingMax && this.#waiting.has(id)) {
          await new Promise<void>((resolve) => (waiting.wake = resolve));
        }
        if (!this.#waiting.has(id)) await digests.promise;
      },
      digests: digests.promise,
      giveUp: () => {
        if (!this.#waiting.has(id)) return;
        this.#forget(id);
        digests.reject(new Error("the stream was given up"));
        waiting.wake?.();
        const bytes = new Uint8Array(0);
        this.#worker?.postMessage({ id, algorithms, bytes, then: "give-up" } satisfies HashTask);
      },
    };
  }

  #post(task: HashTask): void {
    const thread = this.#thread();
    thread.ref();
    thread.postMessage(task);
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL("./hash-thread-worker.ts", import.meta.url));
    worker.on("message", (reply: HashReply) => {
      this.#take(reply);
    });
    worker.on("error", (error) => {
      this.#failAll(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on("exit", () => {
      this.#failAll(new Error("the hash thread ended"));
    });
    this.#worker = worker;
    return worker;
  }

  #take({ id, digests }: HashReply): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    waiting.batches -= 1;
    if (digests !== undefined) {
      this.#forget(id);
      waiting.digests.resolve(digests);
    }
    waiting.wake?.();
  }

  /** The thread keeps the process alive while a stream is under way, and no longer. */
  #forget(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
  }

  /** Every stream that is under way fails; the next one starts a new thread. */
  #failAll(error: Error): void {
    this.#worker = undefined;
    const failed = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { digests, wake } of failed) {
      digests.reject(error);
      wake?.();
    }
  }
}
