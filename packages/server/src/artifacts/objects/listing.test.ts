import assert from "node:assert/strict";
import { test } from "node:test";
import { list, startBehind } from "./listing.ts";
import type { ScanStart } from "./listing-store.ts";

interface Row {
  readonly key: string;
  readonly seq: number;
}

function scanOf(keys: readonly string[]) {
  const rows = keys
    .map((key, seq): Row => ({ key, seq }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  let read = 0;
  const scan = (start: ScanStart, end: Uint8Array, max: number): Row[] => {
    const found = rows
      .filter((row) => {
        const order = Buffer.compare(Buffer.from(row.key), start.key);
        if (order < 0 || (order === 0 && start.behindSeq !== undefined)) return false;
        return Buffer.compare(Buffer.from(row.key), end) < 0;
      })
      .slice(0, max);
    read += found.length;
    return found;
  };
  return { scan, read: () => read };
}

const all = (keys: readonly string[], prefix: string, delimiter: string, max: number, after = "") => {
  const page = list({ prefix, delimiter, max, start: startBehind(after, prefix, delimiter) }, scanOf(keys).scan);
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
      const page = list({ prefix: "", delimiter: "/", max, start: startBehind(after, "", "/") }, scanOf(tree).scan);
      seen.push(...page.items.map((row) => row.key), ...page.commonPrefixes);
      if (page.last === undefined) break;
      after = page.last.kind === "item" ? page.last.item.key : page.last.prefix;
    }
    assert.deepEqual(seen.toSorted(), ["a", "b/", "d", "e/", "ü/", "𐀀"].toSorted(), `pages of ${max}`);
  }
});

test("a large group is left without reading through it", () => {
  const keys = [...Array.from({ length: 5000 }, (_, i) => `big/${i}`), "z"];
  const rows = scanOf(keys);
  const page = list({ prefix: "", delimiter: "/", max: 1000, start: { key: Buffer.alloc(0) } }, rows.scan);
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
