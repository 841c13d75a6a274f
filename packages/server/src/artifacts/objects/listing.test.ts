import assert from "node:assert/strict";
import { test } from "node:test";
import { afterKey } from "./key-order.ts";
import { list, startBehind } from "./listing.ts";
import type { Outline } from "./listing.ts";
import type { ScanStart } from "./listing-store.ts";

interface Row {
  readonly key: string;
  readonly seq: number;
}

/** An index over an array; `read` counts what either of its faces yields. */
function indexOf(keys: readonly string[]) {
  const rows = keys
    .map((key, seq): Row => ({ key, seq }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  let read = 0;
  const within = (from: Uint8Array, end: Uint8Array): Row[] =>
    rows.filter(({ key }) => Buffer.compare(Buffer.from(key), from) >= 0 && Buffer.compare(Buffer.from(key), end) < 0);
  const scan = (start: ScanStart, end: Uint8Array, max: number): Row[] => {
    const from = start.behindSeq === undefined ? start.key : afterKey(start.key);
    const found = within(from, end).slice(0, max);
    read += found.length;
    return found;
  };
  const outline: Outline = ({ from, end, prefixBytes, delimiter, max }) => {
    const groups = new Set<string>();
    const found = within(from, end).filter(({ key }) => {
      const bytes = Buffer.from(key);
      const at = bytes.indexOf(delimiter, prefixBytes);
      const group = at < 0 ? key : bytes.subarray(0, at).toString() + delimiter;
      return !groups.has(group) && groups.add(group);
    });
    read += Math.min(found.length, max);
    return found.slice(0, max).map(({ key }) => key);
  };
  return { scan, outline, read: () => read };
}

const all = (keys: readonly string[], prefix: string, delimiter: string, max: number, after = "") => {
  const page = list({ prefix, delimiter, max, start: startBehind(after, prefix, delimiter) }, indexOf(keys));
  return { keys: page.items.map((row) => row.key), groups: page.commonPrefixes, more: page.last !== undefined };
};

const tree = ["a", "b/1", "b/2", "b/c/3", "d", "e/", "e/x", "ü/1", "𐀀"];

test("without a delimiter all keys below the prefix are listed in the order of their bytes", () => {
  assert.deepEqual(all(tree, "", "", 100).keys, ["a", "b/1", "b/2", "b/c/3", "d", "e/", "e/x", "ü/1", "𐀀"]);
  assert.deepEqual(all(["\u{10000}", "\uFFEE"], "", "", 10).keys, ["\uFFEE", "\u{10000}"]);
  assert.deepEqual(all(tree, "b/", "", 100).keys, ["b/1", "b/2", "b/c/3"]);
});

test("keys with the delimiter behind the prefix are rolled up", () => {
  assert.deepEqual(all(tree, "", "/", 100), { keys: ["a", "d", "𐀀"], groups: ["b/", "e/", "ü/"], more: false });
  assert.deepEqual(all(tree, "b/", "/", 100), { keys: ["b/1", "b/2"], groups: ["b/c/"], more: false });
  assert.deepEqual(all(tree, "e/", "/", 100), { keys: ["e/", "e/x"], groups: [], more: false });
});

test("every page size walks through the same listing", () => {
  for (let max = 1; max <= 7; max += 1) {
    const seen: string[] = [];
    let after = "";
    for (let round = 0; round < 20; round += 1) {
      const page = list({ prefix: "", delimiter: "/", max, start: startBehind(after, "", "/") }, indexOf(tree));
      seen.push(...page.items.map((row) => row.key), ...page.commonPrefixes);
      if (page.last === undefined) break;
      after = page.last.kind === "item" ? page.last.item.key : page.last.prefix;
    }
    assert.deepEqual(seen.toSorted(), ["a", "b/", "d", "e/", "ü/", "𐀀"].toSorted(), `pages of ${max}`);
  }
});

test("a large group is left without reading through it", () => {
  const keys = [...Array.from({ length: 5000 }, (_, i) => `big/${i}`), "z"];
  const rows = indexOf(keys);
  const page = list({ prefix: "", delimiter: "/", max: 1000, start: { key: Buffer.alloc(0) } }, rows);
  assert.deepEqual(page.commonPrefixes, ["big/"]);
  assert.deepEqual(
    page.items.map((row) => row.key),
    ["z"],
  );
  assert.ok(rows.read() < 200, `read ${rows.read()} rows`);
});

test("a page of no keys is empty and says nothing of more", () => {
  assert.deepEqual(all(tree, "", "/", 0), { keys: [], groups: [], more: false });
});
