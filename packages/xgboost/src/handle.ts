import { XgboostError } from "./library.ts";

/**
 * A pointer that the library gave out. It can be used until it is freed and never after: the library itself would
 * crash the process on a freed or foreign pointer, so the check has to be on this side.
 */
export class NativeHandle implements Disposable {
  readonly #what: string;
  readonly #free: (pointer: bigint) => unknown;
  #pointer: bigint | undefined;

  constructor(what: string, pointer: bigint | null, free: (pointer: bigint) => unknown) {
    if (pointer === null || pointer === 0n) throw new XgboostError(`the library gave no ${what}`);
    this.#what = what;
    this.#pointer = pointer;
    this.#free = free;
  }

  /** @throws XgboostError once it is freed */
  get pointer(): bigint {
    if (this.#pointer === undefined) throw new XgboostError(`this ${this.#what} has been freed`);
    return this.#pointer;
  }

  /** Frees it; a second time does nothing. */
  [Symbol.dispose](): void {
    const pointer = this.#pointer;
    this.#pointer = undefined;
    if (pointer !== undefined) this.#free(pointer);
  }
}
