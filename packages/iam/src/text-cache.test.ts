import assert from "node:assert/strict";
import { it } from "node:test";
import { TextCache } from "./text-cache.ts";

/** Answers which of the texts had to be made. */
function madeBy(cache: TextCache<{ text: string }>, ...texts: string[]): string[] {
  const made: string[] = [];
  for (const text of texts) {
    const got = cache.get(text, (wanted) => {
      made.push(wanted);
      return { text: wanted };
    });
    assert.equal(got.text, text);
  }
  return made;
}

it("makes a text once", () => {
  assert.deepEqual(madeBy(new TextCache(10), "aaaa", "bbbb", "aaaa", "bbbb"), ["aaaa", "bbbb"]);
});

it("keeps what is asked for again when others push on", () => {
  const cache = new TextCache<{ text: string }>(10);
  assert.deepEqual(madeBy(cache, "aaaa", "bbbb", "cccc", "aaaa", "dddd", "aaaa", "eeee", "aaaa"), [
    "aaaa",
    "bbbb",
    "cccc",
    "dddd",
    "eeee",
  ]);
});

it("forgets what was not asked for while two generations passed", () => {
  const cache = new TextCache<{ text: string }>(10);
  assert.deepEqual(madeBy(cache, "aaaa", "bbbb", "cccc", "dddd", "eeee", "aaaa"), [
    "aaaa",
    "bbbb",
    "cccc",
    "dddd",
    "eeee",
    "aaaa",
  ]);
});

it("does not keep a text that is longer than a generation", () => {
  const cache = new TextCache<{ text: string }>(10);
  assert.deepEqual(madeBy(cache, "aaaa", "a much longer text", "a much longer text", "aaaa"), [
    "aaaa",
    "a much longer text",
    "a much longer text",
  ]);
});
