import type { IncomingMessage } from "node:http";
import { AwsError } from "@strongroom/wire";
import type { FillingSource } from "../platform/index.ts";

const nothing = new Uint8Array(0);

/** The body of a request on a socket, read once: in the pieces that it comes in, or into memory that somebody has. */
export class RequestBody implements FillingSource {
  readonly #request: IncomingMessage;
  readonly #leave: () => void;
  #filling: Filling | undefined;

  /** `leave` is called when something begins to read. */
  constructor(request: IncomingMessage, leave: () => void) {
    this.#request = request;
    this.#leave = leave;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    this.#leave();
    try {
      for await (const chunk of this.#request) yield chunk as Uint8Array;
    } catch (error) {
      throw asTold(error);
    }
  }

  /** A body comes in some thousand pieces for each 64 MiB, and here none of them takes a promise. */
  fill(memory: Uint8Array): Promise<number> {
    if (this.#filling === undefined) this.#leave();
    this.#filling ??= new Filling(this.#request);
    return this.#filling.fill(memory);
  }

  stop(): void {
    this.#filling?.stop();
  }
}

class Filling {
  readonly #request: IncomingMessage;
  /** What came and found no room. */
  #rest: Uint8Array = nothing;
  #memory: Uint8Array = nothing;
  #filled = 0;
  #waiting: PromiseWithResolvers<number> | undefined;

  constructor(request: IncomingMessage) {
    this.#request = request;
    request.pause();
    request.on("data", this.#take).on("end", this.#finish).on("error", this.#fail).on("close", this.#close);
  }

  async fill(memory: Uint8Array): Promise<number> {
    this.#memory = memory;
    this.#filled = 0;
    this.#put(this.#rest);
    if (this.#filled === memory.byteLength || this.#request.readableEnded) return this.#filled;
    if (this.#request.destroyed) throw incomplete();
    this.#waiting = Promise.withResolvers();
    this.#request.resume();
    return await this.#waiting.promise;
  }

  /** What comes from now on is nobody's. */
  stop(): void {
    this.#rest = nothing;
    this.#request.off("data", this.#take).off("end", this.#finish).off("close", this.#close);
  }

  readonly #take = (chunk: Uint8Array): void => {
    this.#put(chunk);
    if (this.#filled < this.#memory.byteLength) return;
    this.#request.pause();
    this.#finish();
  };

  #put(chunk: Uint8Array): void {
    const taken = Math.min(chunk.byteLength, this.#memory.byteLength - this.#filled);
    this.#memory.set(taken === chunk.byteLength ? chunk : chunk.subarray(0, taken), this.#filled);
    this.#filled += taken;
    this.#rest = taken === chunk.byteLength ? nothing : chunk.subarray(taken);
  }

  readonly #finish = (): void => {
    this.#waiting?.resolve(this.#filled);
    this.#waiting = undefined;
  };

  readonly #fail = (error: unknown): void => {
    this.#waiting?.reject(asTold(error));
    this.#waiting = undefined;
  };

  readonly #close = (): void => {
    this.#fail(incomplete());
  };
}

/** The client's doing, and no fault of the server's; it is recorded as such. */
function incomplete(): AwsError {
  return new AwsError({
    code: "IncompleteBody",
    message: "The connection ended before the body was whole.",
    status: 400,
  });
}

function asTold(error: unknown): unknown {
  return error instanceof Error && "code" in error && error.code === "ECONNRESET" ? incomplete() : error;
}
