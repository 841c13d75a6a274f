import type { Trail } from "./audit/index.ts";

/**
 * ③ ends the environment once the disk has failed to keep something. From that moment nothing is recorded, so nothing
 * is answered: what is acknowledged is what was durable before. What is in doubt shows at the next start.
 */
export class DiskWatch {
  readonly #breakDown: (cause: unknown) => void;
  #trail: Pick<Trail, "breakOff"> | undefined;
  #cause: { readonly fault: unknown } | undefined;

  constructor(breakDown: (cause: unknown) => void) {
    this.#breakDown = breakDown;
  }

  /** The trail that every answer waits for. */
  watches(trail: Pick<Trail, "breakOff">): void {
    this.#trail = trail;
    if (this.#cause !== undefined) trail.breakOff(this.#cause.fault);
  }

  readonly failed = (fault: unknown): void => {
    this.#cause ??= { fault };
    this.#trail?.breakOff(fault);
    this.#breakDown(fault);
  };
}
