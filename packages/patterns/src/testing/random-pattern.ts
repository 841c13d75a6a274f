/** Small patterns and events over few names and values, so that they often meet. Seeded: a run can be repeated. */
export class RandomPatterns {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  pattern(depth = 3): object {
    const fields: Record<string, unknown> = {};
    // Names beside a $or are other ones than inside it: a field may not stand in both.
    for (const name of this.#some(["a", "b", "c"])) fields[name] = this.#tree(depth);
    if (depth > 1 && this.#chance(0.25)) fields["$or"] = [this.#option(depth - 1), this.#option(depth - 1)];
    return Object.keys(fields).length === 0 ? { a: this.#values() } : fields;
  }

  event(depth = 4): object {
    const fields: Record<string, unknown> = {};
    for (const name of ["a", "b", "c", "d", "e"]) if (this.#chance(0.7)) fields[name] = this.#value(depth);
    return fields;
  }

  #option(depth: number): object {
    const fields: Record<string, unknown> = {};
    for (const name of this.#some(["d", "e"])) fields[name] = this.#tree(depth);
    return Object.keys(fields).length === 0 ? { d: this.#values() } : fields;
  }

  #tree(depth: number): unknown {
    return depth > 1 && this.#chance(0.5) ? this.pattern(depth - 1) : this.#values();
  }

  #values(): unknown[] {
    return Array.from({ length: 1 + this.#upTo(2) }, () => this.#one(this.#matchers()));
  }

  #matchers(): readonly unknown[] {
    const [text, other, number] = [this.#one(texts), this.#one(texts), this.#one(numbers)];
    return [
      text,
      number,
      null,
      true,
      { prefix: text.slice(0, 2) },
      { prefix: { "equals-ignore-case": text.slice(0, 2).toUpperCase() } },
      { suffix: text.slice(-2) },
      { suffix: { "equals-ignore-case": text.slice(-2).toUpperCase() } },
      { "equals-ignore-case": text.toUpperCase() },
      { wildcard: `${text.slice(0, 1)}*${other.slice(-1)}`.replace(/\*+/g, "*") },
      { wildcard: `*${text.slice(1, 2)}*${other.slice(1, 2)}*`.replace(/\*+/g, "*") },
      { "anything-but": text },
      { "anything-but": [number, -number] },
      { "anything-but": { prefix: [text.slice(0, 1), other.slice(0, 2)] } },
      { "anything-but": { suffix: text.slice(-1) } },
      { "anything-but": { "equals-ignore-case": [text.toUpperCase(), other] } },
      { "anything-but": { wildcard: `*${text.slice(-1)}*` } },
      { numeric: [this.#one(["=", "<", "<=", ">", ">="]), number] },
      { numeric: [">", number, "<=", number + 2.5] },
      { cidr: this.#one(["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "::/0"]) },
      { exists: true },
      { exists: false },
      { exists: false },
    ];
  }

  #value(depth: number): unknown {
    if (depth > 1 && this.#chance(0.35)) {
      return Array.from({ length: this.#upTo(3) }, () => this.#value(depth - 1));
    }
    if (depth > 1 && this.#chance(0.5)) return this.event(depth - 1);
    return this.#one([this.#one(texts), this.#one(numbers), null, true]);
  }

  #some<T>(all: readonly T[]): T[] {
    return all.filter(() => this.#chance(0.5));
  }

  #one<T>(all: readonly T[]): T {
    const chosen = all[this.#upTo(all.length - 1)];
    if (chosen === undefined) throw new RangeError("there is nothing to choose from");
    return chosen;
  }

  #chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** A whole number from 0 to `max`, both included. */
  #upTo(max: number): number {
    return Math.floor(this.#next() * (max + 1));
  }

  /** Mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

const texts = ["abc", "abd", "aBc", "ba*c", "10.1.2.3", "2001:db8::7", "größe", "x"] as const;
const numbers = [0, 1, 2.5, -2.5, 3e2] as const;
