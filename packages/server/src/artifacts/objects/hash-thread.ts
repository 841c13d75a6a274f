import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";

/** Hexadecimal. */
export interface Digests {
  readonly md5: string;
  readonly sha256: string;
}

export interface HashTask {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly then: "more" | "finish" | "give-up";
}
export interface HashReply {
  readonly id: number;
  readonly digests?: Digests;
}

/** Two hashes of one stream, fed in order. */
export interface RunningDigests {
  /** Waits where hashing is too far behind. The bytes may be changed once this returned. */
  update(bytes: Uint8Array): Promise<void>;
  finish(): Promise<Digests>;
  /** Lets go of a stream that will not be finished. */
  giveUp(): void;
}

const batchBytes = 1024 * 1024;
const batchesWaitingMax = 4;

interface Waiting {
  batches: number;
  wake: (() => void) | undefined;
  settle: ((digests: Digests) => void) | undefined;
  fail: ((error: Error) => void) | undefined;
}

/**
 * Hashes streams beside the main thread: MD5 alone takes longer than sealing and writing together.
 * What fits into one batch is hashed in place.
 */
export class HashThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;

  begin(): RunningDigests {
    const batch = new Batch();
    let id: number | undefined;
    const post = async (then: HashTask["then"]): Promise<void> => {
      id ??= this.#register();
      await this.#post({ id, bytes: batch.take(), then });
    };
    return {
      update: async (bytes) => {
        let rest = bytes;
        while (rest.byteLength > 0) {
          rest = batch.fill(rest);
          if (batch.isFull) await post("more");
        }
      },
      finish: () => {
        if (id === undefined) return Promise.resolve(digestsOf(batch.take()));
        const finished = this.#finished(id);
        finished.catch(() => undefined);
        return post("finish").then(() => finished);
      },
      giveUp: () => {
        if (id === undefined) return;
        this.#forget(id);
        this.#worker?.postMessage({ id, bytes: new Uint8Array(0), then: "give-up" } satisfies HashTask);
      },
    };
  }

  #register(): number {
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, { batches: 0, wake: undefined, settle: undefined, fail: undefined });
    return this.#lastId;
  }

  async #post(task: HashTask): Promise<void> {
    const waiting = this.#waiting.get(task.id);
    if (waiting === undefined) throw new Error("the hash thread ended");
    const thread = this.#thread();
    thread.ref();
    // The batch's memory is handed over, not copied.
    thread.postMessage(task, [task.bytes.buffer as ArrayBuffer]);
    waiting.batches += 1;
    if (waiting.batches <= batchesWaitingMax || task.then === "finish") return;
    await new Promise<void>((resolve, reject) => {
      waiting.wake = resolve;
      waiting.fail = reject;
    });
  }

  #finished(id: number): Promise<Digests> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(id);
      if (waiting === undefined) {
        reject(new Error("the hash thread ended"));
        return;
      }
      waiting.settle = resolve;
      waiting.fail = reject;
    });
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
      waiting.settle?.(digests);
      return;
    }
    if (waiting.batches <= batchesWaitingMax / 2) waiting.wake?.();
  }

  /** The thread keeps the process alive while a stream is under way, and no longer. */
  #forget(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
  }

  /** Every stream that is under way fails; the next one starts a new thread. */
  #failAll(error: Error): void {
    this.#worker = undefined;
    for (const waiting of this.#waiting.values()) waiting.fail?.(error);
    this.#waiting.clear();
  }
}

class Batch {
  #bytes = new Uint8Array(0);
  #size = 0;

  get isFull(): boolean {
    return this.#size === batchBytes;
  }

  /** Copies as much as fits, and returns the rest. */
  fill(bytes: Uint8Array): Uint8Array {
    if (this.#bytes.byteLength === 0) this.#bytes = Buffer.allocUnsafeSlow(batchBytes);
    const taken = Math.min(batchBytes - this.#size, bytes.byteLength);
    this.#bytes.set(bytes.subarray(0, taken), this.#size);
    this.#size += taken;
    return bytes.subarray(taken);
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#size);
    this.#bytes = new Uint8Array(0);
    this.#size = 0;
    return taken;
  }
}

function digestsOf(bytes: Uint8Array): Digests {
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  return { md5: digest("md5"), sha256: digest("sha256") };
}
