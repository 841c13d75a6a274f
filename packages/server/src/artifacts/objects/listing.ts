import { aboveAllKeys, afterKey, afterPrefix } from "./key-order.ts";
import type { ScanStart } from "./listing-store.ts";

export interface ListingRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly max: number;
  readonly start: ScanStart;
}

export interface Listing<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** Present where more follows: what was listed last, an item or a common prefix. */
  readonly last?: { readonly kind: "item"; readonly item: T } | { readonly kind: "prefix"; readonly prefix: string };
}

/** One page along an index: items from `start` up to before `end`, at most `max` of them. */
export type Scan<T> = (start: ScanStart, end: Uint8Array, max: number) => readonly T[];

/**
 * What a delimiter leaves of an index: the keys from `from` up to before `end`, of those that share a common
 * prefix the first alone; at most `max` of them. The delimiter counts from byte `prefixBytes` of a key on.
 */
export type Outline = (x: OutlineRequest) => readonly string[];
export interface OutlineRequest {
  readonly from: Uint8Array;
  readonly end: Uint8Array;
  readonly prefixBytes: number;
  readonly delimiter: string;
  readonly max: number;
}

type Item = { readonly key: string; readonly seq: number };

/** Lists what an index holds below a prefix, rolling up keys with the delimiter behind the prefix. */
export function list<T extends Item>(request: ListingRequest, index: { scan: Scan<T>; outline: Outline }): Listing<T> {
  const { prefix, delimiter } = request;
  const prefixBytes = Buffer.from(prefix);
  const end = afterPrefix(prefixBytes) ?? aboveAllKeys;
  const start = Buffer.compare(request.start.key, prefixBytes) < 0 ? { key: prefixBytes } : request.start;
  const page = new Page<T>(request.max);
  if (delimiter === "") page.addItems(index.scan(start, end, page.wanted));
  else addOutlined(page, request, { ...index, start, end, prefixBytes: prefixBytes.byteLength });
  return page.listing();
}

/**
 * A group of keys takes one step along the index, whatever its size; keys between two groups are read in one
 * scan, since nothing lies between them that is not listed.
 */
function addOutlined<T extends Item>(
  page: Page<T>,
  { prefix, delimiter }: ListingRequest,
  x: { scan: Scan<T>; outline: Outline; start: ScanStart; end: Uint8Array; prefixBytes: number },
): void {
  const { start, end, prefixBytes } = x;
  let from = start.key;
  if (start.behindSeq !== undefined && groupOf(Buffer.from(start.key).toString(), prefix, delimiter) === undefined) {
    from = afterKey(start.key);
    page.addItems(x.scan(start, from, page.wanted));
  }
  let run: { first: string; last: string } | undefined;
  const addRun = (): void => {
    if (run === undefined || page.wanted === 0) return;
    page.addItems(x.scan({ key: Buffer.from(run.first) }, afterKey(Buffer.from(run.last)), page.wanted));
    run = undefined;
  };
  for (const key of x.outline({ from, end, prefixBytes, delimiter, max: page.wanted })) {
    const group = groupOf(key, prefix, delimiter);
    if (group === undefined) {
      run = { first: run?.first ?? key, last: key };
      continue;
    }
    addRun();
    page.addPrefix(group);
  }
  addRun();
}

/** A page being filled. One more than it holds is wanted, to know whether more follows. */
class Page<T extends Item> {
  readonly #max: number;
  readonly #items: T[] = [];
  readonly #commonPrefixes: string[] = [];
  #last: Listing<T>["last"];
  #isCut = false;

  constructor(max: number) {
    this.#max = max;
  }

  get wanted(): number {
    return this.#isCut ? 0 : this.#room + 1;
  }

  addItems(items: readonly T[]): void {
    for (const item of items) if (this.#takes()) this.#last = { kind: "item", item: this.#add(item) };
  }

  addPrefix(prefix: string): void {
    if (!this.#takes()) return;
    this.#commonPrefixes.push(prefix);
    this.#last = { kind: "prefix", prefix };
  }

  listing(): Listing<T> {
    const listed = { items: this.#items, commonPrefixes: this.#commonPrefixes };
    return this.#isCut && this.#last !== undefined ? { ...listed, last: this.#last } : listed;
  }

  get #room(): number {
    return this.#max - this.#items.length - this.#commonPrefixes.length;
  }

  #takes(): boolean {
    this.#isCut ||= this.#room === 0;
    return !this.#isCut;
  }

  #add(item: T): T {
    this.#items.push(item);
    return item;
  }
}

/** The common prefix that a key is rolled up in: the prefix, up to and with the next delimiter. */
function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function beyond(group: string): ScanStart | undefined {
  const key = afterPrefix(Buffer.from(group));
  return key === undefined ? undefined : { key };
}

/**
 * Where a listing goes on behind a marker that the client named: behind that key, and behind the
 * whole group where the marker is a common prefix.
 */
export function startBehind(marker: string, prefix: string, delimiter: string): ScanStart {
  if (marker === "") return { key: Buffer.alloc(0) };
  if (groupOf(marker, prefix, delimiter) === marker) return beyond(marker) ?? { key: Buffer.from(marker) };
  return { key: afterKey(Buffer.from(marker)) };
}
