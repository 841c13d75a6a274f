/**
 * A first look at whether a statement can be about a resource, without touching the statement: the text that
 * all its resource patterns begin with has to be the beginning of the resource. Kept as two numbers a
 * statement, side by side for a whole policy, it spares a decision nearly all of the memory that it would
 * otherwise go through when thousands of roles take turns. Two texts of one hash only cost a second look.
 */
export type PrefixTable = Int32Array;

export function prefixTable(prefixes: readonly string[]): PrefixTable {
  const table = new Int32Array(prefixes.length * 2);
  for (const [at, prefix] of prefixes.entries()) {
    table[at * 2] = prefix.length;
    let hash = 0;
    for (let unit = 0; unit < prefix.length; unit += 1) hash = next(hash, prefix, unit);
    table[at * 2 + 1] = hash;
  }
  return table;
}

/** The hashes of all beginnings of one resource; `hashes[n]` is that of its first n units. */
export class PrefixHashes {
  readonly #hashes: Int32Array;

  constructor(resource: string) {
    this.#hashes = new Int32Array(resource.length + 1);
    let hash = 0;
    for (let unit = 0; unit < resource.length; unit += 1) {
      hash = next(hash, resource, unit);
      this.#hashes[unit + 1] = hash;
    }
  }

  /** Can the resource begin with the prefix at this place of the table? A resource that is too short cannot. */
  mayBegin(table: PrefixTable, at: number): boolean {
    return this.#hashes[table[at * 2] ?? 0] === table[at * 2 + 1];
  }
}

function next(hash: number, text: string, unit: number): number {
  return (Math.imul(hash, 31) + text.charCodeAt(unit)) | 0;
}

/** What every one of the patterns begins with, before any wildcard or variable. */
export function commonPrefix(patterns: readonly string[]): string {
  const [first = "", ...others] = patterns.map(literalPrefix);
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && same < other.length && first.charCodeAt(same) === other.charCodeAt(same)) same += 1;
    length = same;
  }
  return first.slice(0, length);
}

function literalPrefix(pattern: string): string {
  const end = pattern.search(/[*?]|\$\{/);
  return end < 0 ? pattern : pattern.slice(0, end);
}
