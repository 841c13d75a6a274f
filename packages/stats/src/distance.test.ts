import assert from "node:assert/strict";
import { test } from "node:test";
import { linfRobust, linfRobustCategorical, linfSimple, linfSimpleCategorical } from "./distance.ts";
import { sampleOf, weightedSampleOf } from "./weighted-sample.ts";

function drawn(count: number, seed: number, map: (u: number) => number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return map(state / 2 ** 32);
  });
}

test("by hand: F_a and F_b differ most at 3", () => {
  // F_a(3) = 1, F_b(3) = 2/4; at 2 it is 2/3 and 1/4
  assert.ok(Math.abs(linfSimple(sampleOf([1, 2, 3]), sampleOf([2, 3, 4, 5])) - (1 - 2 / 4)) < 1e-15);
  assert.equal(linfSimple(sampleOf([1, 2]), sampleOf([3, 4])), 1);
  assert.equal(linfSimple(sampleOf([5, 5, 1]), sampleOf([1, 5, 5])), 0);
});

test("weights count as repetitions", () => {
  const weighted = weightedSampleOf([
    [3, 2],
    [1, 4],
  ]);
  assert.equal(linfSimple(weighted, sampleOf([1, 1, 1, 1, 3, 3])), 0);
});

test("equals the definition, point by point, on drawn samples with ties", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const a = drawn(37 + seed, seed, (u) => Math.floor(u * 12));
    const b = drawn(53, seed * 7, (u) => Math.floor(u * u * 14));
    const share = (values: readonly number[], x: number) => values.filter((value) => value <= x).length / values.length;
    const expected = Math.max(...[...a, ...b].map((x) => Math.abs(share(a, x) - share(b, x))));
    assert.ok(Math.abs(linfSimple(sampleOf(a), sampleOf(b)) - expected) < 1e-12);
  }
});

test("the robust distance takes off 1.8·sqrt((n+m)/(n·m)), and not below 0", () => {
  const [a, b] = [sampleOf(drawn(400, 3, (u) => u)), sampleOf(drawn(100, 5, (u) => u + 0.5))];
  assert.ok(Math.abs(linfRobust(a, b) - (linfSimple(a, b) - 1.8 * Math.sqrt(500 / 40_000))) < 1e-15);
  assert.equal(linfRobust(a, sampleOf(drawn(100, 9, (u) => u))), 0);
});

test("by hand: the shares of oslo differ by 0.15", () => {
  const a = new Map([
    ["oslo", 40],
    ["rome", 60],
  ]);
  const b = new Map([
    ["oslo", 5],
    ["rome", 13],
    ["bonn", 2],
  ]);
  assert.ok(Math.abs(linfSimpleCategorical(a, b) - 0.15) < 1e-15);
  assert.equal(linfRobustCategorical(a, b), 0);
});

test("an empty side has no distance", () => {
  assert.throws(() => linfSimple(sampleOf([]), sampleOf([1])), RangeError);
  assert.throws(() => linfSimpleCategorical(new Map(), new Map([["a", 1]])), RangeError);
});
