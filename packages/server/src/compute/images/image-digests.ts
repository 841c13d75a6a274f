import { Worker } from "node:worker_threads";

import type { ImageFiles } from "./image-digest.ts";

export interface DigestQuestion {
  readonly id: number;
  readonly image: ImageFiles;
}

export type DigestAnswer =
  { readonly id: number; readonly digest: string } | { readonly id: number; readonly problem: string };

type Settle = (outcome: string | { readonly problem: string }) => void;

/** Digests of images, taken in a thread that keeps the process alive only while somebody waits. */
export class ImageDigests {
  readonly #waiting = new Map<number, Settle>();
  #worker: Worker | undefined;
  #count = 0;

  /** The digest; or the file that cannot be read, as a problem. */
  digestOf(image: ImageFiles): Promise<string | { readonly problem: string }> {
    return new Promise((resolve) => {
      this.#count += 1;
      const question: DigestQuestion = { id: this.#count, image };
      this.#waiting.set(question.id, resolve);
      const worker = this.#thread();
      worker.ref();
      worker.postMessage(question);
    });
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL("digest-worker.ts", import.meta.url));
    worker.on("message", (answer: DigestAnswer) => {
      this.#settle(answer.id, "digest" in answer ? answer.digest : { problem: answer.problem });
    });
    worker.on("error", (error) => {
      this.#worker = undefined;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, { problem: String(error) });
    });
    this.#worker = worker;
    return worker;
  }

  #settle(id: number, outcome: string | { readonly problem: string }): void {
    this.#waiting.get(id)?.(outcome);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker?.unref();
  }
}
