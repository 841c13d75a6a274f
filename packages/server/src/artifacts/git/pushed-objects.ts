import type { OpenedRepository } from "./opened-repository.ts";

/** Finds all that is new behind these objects; says what is amiss, or nothing. */
export type Look = (objectIds: readonly string[]) => Promise<string | undefined>;

/**
 * What a push brings, looked for where it is to stay before its references move. All of it is looked for at the first
 * question: one look a reference would read every branch again for each of them. Where something cannot be found, halves
 * are looked at, so that references without it may move.
 */
export class PushedObjects {
  readonly #look: Look;
  readonly #found = new Set<string>();
  #groups: readonly (readonly string[])[];

  constructor(look: Look, objectIds: readonly string[]) {
    this.#look = look;
    this.#groups = [[...new Set(objectIds)]];
  }

  /** What is amiss with an object and all that it leads to; nothing where they were found. One question at a time. */
  async fault(objectId: string): Promise<string | undefined> {
    if (this.#found.has(objectId)) return undefined;
    let group = this.#groups.find((one) => one.includes(objectId)) ?? [objectId];
    for (;;) {
      const fault = await this.#look(group);
      if (fault === undefined) {
        for (const id of group) this.#found.add(id);
        return undefined;
      }
      if (group.length === 1) return fault;
      const middle = Math.ceil(group.length / 2);
      const halves = [group.slice(0, middle), group.slice(middle)];
      this.#groups = [...this.#groups.filter((one) => one !== group), ...halves];
      group = halves.find((one) => one.includes(objectId)) ?? [objectId];
    }
  }
}

/** New is what no branch has: of branches there are few, and of tags there may be thousands, each read from a file. */
export function lookIn(opened: OpenedRepository): Look {
  return async (objectIds) => {
    const words = ["rev-list", "--objects", "--quiet", "--stdin", "--not", "--branches"];
    const { ok, said } = await opened.bytes(words, { input: `${objectIds.join("\n")}\n` });
    return ok ? undefined : said || "git failed";
  };
}
