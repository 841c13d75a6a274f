import { setTimeout as wait } from "node:timers/promises";

const againMs = 1000;

interface LaterSettings {
  /** When it is tried first, and again after it failed. */
  readonly afterMs: number;
  /** Told what it failed with, each time. */
  readonly onFault: (error: unknown) => void;
}

/**
 * A write that nobody waits for, some time after it was asked for; asked for meanwhile, it is done once. Where it fails,
 * as on a full disk, it is tried again: nothing may be thrown out of a timer, since that would end the server.
 */
export class LaterWrite implements Disposable {
  readonly #write: () => void;
  readonly #settings: LaterSettings;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: () => void, settings: LaterSettings) {
    this.#write = write;
    this.#settings = settings;
  }

  ask(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      try {
        this.#write();
      } catch (error) {
        this.#settings.onFault(error);
        this.ask();
      }
    }, this.#settings.afterMs).unref();
  }

  /** It is not done any more unless it is asked for again. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** Tries a write every second until it succeeds, or until it is over: what it says is so already, and has to be kept. */
export async function untilWritten(
  write: () => void,
  { onFault, isOver }: { readonly onFault: (error: unknown) => void; readonly isOver: () => boolean },
): Promise<void> {
  for (;;) {
    try {
      write();
      return;
    } catch (error) {
      onFault(error);
      if (isOver()) return;
      await wait(againMs);
      if (isOver()) return;
    }
  }
}
