/** How long somebody may be waited for, again and again: each wait has all of the time. */
export class Pause {
  readonly #msMax: number;
  readonly #over = Promise.withResolvers<undefined>();
  #timer: NodeJS.Timeout | undefined;

  constructor(msMax: number) {
    this.#msMax = msMax;
  }

  /** Resolves once a wait took too long. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  begin(): void {
    this.#timer = setTimeout(() => this.#over.resolve(undefined), this.#msMax);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** What the source yields; `pause` counts the waits for it. */
export async function* pausing<T>(source: AsyncIterable<T>, pause: Pause): AsyncGenerator<T, void> {
  pause.begin();
  try {
    for await (const one of source) {
      pause.end();
      yield one;
      pause.begin();
    }
  } finally {
    pause.end();
  }
}

/** What the source yields; `pause` counts the waits of whoever takes it. */
export async function* paused<T>(source: AsyncIterable<T>, pause: Pause): AsyncGenerator<T, void> {
  try {
    for await (const one of source) {
      pause.begin();
      yield one;
      pause.end();
    }
  } finally {
    pause.end();
  }
}
