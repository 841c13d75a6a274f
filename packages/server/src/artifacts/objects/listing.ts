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

const pageRowsMax = 1000;
const pageRowsRolledUp = 50;

/**
 * Lists what `scan` yields below a prefix, rolling up keys with the delimiter behind the prefix. A
 * rolled-up group is left by starting a new scan behind it, so its size does not matter.
 */
export function list<T extends { readonly key: string; readonly seq: number }>(
  request: ListingRequest,
  scan: Scan<T>,
): Listing<T> {
  const { prefix, delimiter, max } = request;
  const prefixBytes = Buffer.from(prefix);
  const end = afterPrefix(prefixBytes) ?? aboveAllKeys;
  const items: T[] = [];
  const commonPrefixes: string[] = [];
  let last: Listing<T>["last"];
  let start: ScanStart | undefined =
    Buffer.compare(request.start.key, prefixBytes) < 0 ? { key: prefixBytes } : request.start;

  while (start !== undefined) {
    const wanted = max - items.length - commonPrefixes.length + 1;
    const rows = scan(start, end, Math.min(wanted, delimiter === "" ? pageRowsMax : pageRowsRolledUp));
    start = undefined;
    for (const row of rows) {
      const group = groupOf(row.key, prefix, delimiter);
      const listed = commonPrefixes.at(-1);
      if (group !== undefined && group === listed) {
        start = beyond(group);
        continue;
      }
      if (items.length + commonPrefixes.length >= max) {
        return last === undefined ? { items, commonPrefixes } : { items, commonPrefixes, last };
      }
      if (group === undefined) {
        items.push(row);
        last = { kind: "item", item: row };
        start = { key: Buffer.from(row.key), behindSeq: row.seq };
      } else {
        commonPrefixes.push(group);
        last = { kind: "prefix", prefix: group };
        start = beyond(group);
      }
    }
  }
  return { items, commonPrefixes };
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
