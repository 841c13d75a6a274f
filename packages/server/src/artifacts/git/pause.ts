/**
 * How long somebody may be waited for in all. Each wait takes from it, and what they move gives back: whoever is faster
 * than the least rate is waited for without end, and whoever moves a byte now and then is not.
 */
export class Pause {
  readonly #msMax: number;
  readonly #bytesPerMs: number;
  readonly #over = Promise.withResolvers<undefined>();
  #leftMs: number;
  #begunAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(msMax: number, bytesPerSecondMin: number) {
    this.#msMax = msMax;
    this.#leftMs = msMax;
    this.#bytesPerMs = bytesPerSecondMin / 1000;
  }

  /** Resolves once nothing is left. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  begin(): void {
    this.#begunAt = performance.now();
    this.#timer = setTimeout(() => this.#over.resolve(undefined), this.#leftMs);
  }

  /** A wait is over, and so many bytes were moved by it. */
  end(bytes: number): void {
    clearTimeout(this.#timer);
    const waitedMs = performance.now() - this.#begunAt;
    this.#leftMs = Math.min(this.#msMax, Math.max(0, this.#leftMs - waitedMs) + bytes / this.#bytesPerMs);
  }
}

/** What the source yields; `pause` counts the waits for it. */
export async function* pausing(source: AsyncIterable<Uint8Array>, pause: Pause): AsyncGenerator<Uint8Array, void> {
  pause.begin();
  try {
    for await (const one of source) {
      pause.end(one.byteLength);
      yield one;
      pause.begin();
    }
  } finally {
    pause.end(0);
  }
}

/** What the source yields; `pause` counts the waits of whoever takes it. */
export async function* paused(source: AsyncIterable<Uint8Array>, pause: Pause): AsyncGenerator<Uint8Array, void> {
  for await (const one of source) {
    pause.begin();
    let bytes = 0;
    try {
      yield one;
      bytes = one.byteLength;
    } finally {
      pause.end(bytes);
    }
  }
}
