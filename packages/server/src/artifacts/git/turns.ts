/** At most so many at once; whoever comes later waits, in order. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(atOnceMax: number) {
    this.#free = atOnceMax;
  }

  /** Waits for a turn. What it returns gives the turn back; calling it again does nothing. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const next = this.#waiting.shift();
      // A turn that is given back goes to the next in line, or becomes free.
      if (next === undefined) this.#free += 1;
      else next();
    };
  }
}
