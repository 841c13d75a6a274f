import type { Clients } from "@strongroom/testkit";

/** Looks whether a write is there; resolves to what is there, as a text to compare. */
export type Look = (clients: Clients) => Promise<string>;

interface Entry {
  readonly look: Look;
  /** What may be there: one thing where the last write was acknowledged, else any of these. */
  may: Set<string>;
}

/** What the server acknowledged, held by the client. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  acknowledged = 0;

  /** Does `write`, after which `look` has to give `then`; a write that fails may have taken effect. */
  async write(name: string, then: string, look: Look, write: () => Promise<unknown>): Promise<void> {
    const acknowledge = this.begin(name, then, look);
    await write();
    acknowledge();
  }

  /** A write begins, and may take effect; what is returned is called when it was acknowledged. */
  begin(name: string, then: string, look: Look): () => void {
    const entry = this.#entries.get(name) ?? { look, may: new Set(["absent"]) };
    this.#entries.set(name, entry);
    entry.may = new Set([...entry.may, then]);
    return () => {
      entry.may = new Set([then]);
      this.acknowledged += 1;
    };
  }

  /** `look` has to give `now`: a write that is not under trial was acknowledged. */
  enter(name: string, now: string, look: Look): void {
    this.#entries.set(name, { look, may: new Set([now]) });
  }

  /** Throws where something is not what was acknowledged. What was seen once and cannot change any more is let go. */
  async check(clients: Clients): Promise<void> {
    for (const name of this.#entries.keys()) await this.checkOne(name, clients);
    const kept = [...this.#entries].slice(-keptMax);
    this.#entries.clear();
    for (const [name, entry] of kept) this.#entries.set(name, entry);
  }

  /** What is seen is from now on what has to be there. */
  async checkOne(name: string, clients: Clients): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    const there = await entry.look(clients);
    if (!entry.may.has(there)) {
      throw new Error(`${name} is ${there}, and ${[...entry.may].join(" or ")} was acknowledged`);
    }
    entry.may = new Set([there]);
  }
}

/** Looking at everything again after every kill would take the square of the time. */
const keptMax = 60;

/** `value`, or "absent" where the answer is one of `names`. */
export async function orAbsent(value: () => Promise<string>, ...names: readonly string[]): Promise<string> {
  try {
    return await value();
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return "absent";
    throw error;
  }
}
