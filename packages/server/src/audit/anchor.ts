import type { Head } from "./trail-record.ts";

/** Keeps the chain's head outside the trail's files, so that a cut end is seen. */
export interface Anchor {
  read(): Head | undefined;
  write(head: Head): void;
}

const intervalMs = 1000;
const recordsMax = 1000;

/**
 * Writes the anchor behind the trail: at once where the last writing is a second or a thousand
 * records ago, otherwise when the second is over. So what can be cut off unseen is a second's records
 * of a server that was killed.
 */
export class AnchorWriter {
  readonly #anchor: Anchor;
  readonly #onFault: (cause: unknown) => void;
  #written: Head | undefined;
  #latest: Head | undefined;
  #writtenAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(anchor: Anchor, onFault: (cause: unknown) => void) {
    this.#anchor = anchor;
    this.#onFault = onFault;
    this.#written = anchor.read();
  }

  advance(head: Head): void {
    this.#latest = head;
    // The interval is one of real time: it bounds loss, and no clock that is turned may stretch it.
    const sinceMs = performance.now() - this.#writtenAtMs;
    if (sinceMs >= intervalMs || head.n - (this.#written?.n ?? 0) >= recordsMax) this.write();
    else this.#timer ??= setTimeout(() => this.#writeLater(), intervalMs - sinceMs).unref();
  }

  /** Writes now what has not been written yet. */
  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#latest === undefined || this.#latest.n === this.#written?.n) return;
    this.#anchor.write(this.#latest);
    this.#written = this.#latest;
    this.#writtenAtMs = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #writeLater(): void {
    try {
      this.write();
    } catch (cause) {
      this.#onFault(cause);
    }
  }
}
