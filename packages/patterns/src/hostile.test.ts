import assert from "node:assert/strict";
import { it } from "node:test";
import { matchesPattern, readPattern } from "./index.ts";

/** What a pattern of 4,096 characters, the longest that a rule may have, costs at the worst. */
const patternCharactersMax = 4096;

function timed(pattern: object, event: object): { matches: boolean; ms: number } {
  const text = JSON.stringify(pattern);
  assert.ok(text.length <= patternCharactersMax, `${text.length} characters`);
  const read = readPattern(text);
  assert(read.kind === "pattern", JSON.stringify(read));
  const begun = performance.now();
  const matches = matchesPattern(read, event);
  return { matches, ms: performance.now() - begun };
}

it("wildcards that almost fit take time in the length of the text alone", () => {
  const wildcard = `${"a*".repeat(1500)}b`;
  const short = timed({ x: [{ wildcard }] }, { x: "a".repeat(20_000) });
  const long = timed({ x: [{ wildcard }] }, { x: "a".repeat(200_000) });
  assert.ok(!short.matches && !long.matches);
  assert.ok(long.ms < 100, `${long.ms} ms`);
});

it("wildcards whose pieces almost occur take no exponential time", () => {
  const { matches, ms } = timed(
    { x: [{ wildcard: `*${`${"a".repeat(60)}b*`.repeat(60)}` }] },
    { x: "a".repeat(250_000) },
  );
  assert.ok(!matches);
  assert.ok(ms < 1000, `${ms} ms`);
});

it("fields of arrays inside of arrays are looked at once each", () => {
  const element = { b: [1, 2, 3], c: { d: [{ e: 1 }, { e: 2 }] } };
  const event = { a: Array.from({ length: 3000 }, () => [element, [element]]) };
  const fields = { b: [9, { exists: false }], c: { d: { e: [9, { exists: false }] } } };
  const { matches, ms } = timed({ a: fields }, event);
  assert.ok(!matches);
  assert.ok(ms < 500, `${ms} ms`);
});

it("as many alternatives as there may be are tried one after the other", () => {
  const or = { $or: [{ x: [1] }, { y: [{ wildcard: "*a*b*c*" }] }] };
  const pattern = Object.fromEntries("abcdefghi".split("").map((name) => [name, or]));
  const event = Object.fromEntries("abcdefghi".split("").map((name) => [name, { y: "ab".repeat(5000) }]));
  const { matches, ms } = timed(pattern, event);
  assert.ok(!matches);
  assert.ok(ms < 1000, `${ms} ms`);
});

it("an event deeper than the stack is matched all the same", () => {
  const deep = JSON.parse(`{"a":${"[".repeat(50_000)}5${"]".repeat(50_000)}}`) as object;
  assert.ok(timed({ a: [5] }, deep).matches);
  assert.ok(!timed({ a: { b: [5] } }, deep).matches);
});
