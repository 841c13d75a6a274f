import assert from "node:assert/strict";
import { test } from "node:test";
import { linfSimple } from "./distance.ts";
import { KllSketch, sampleOfLevels } from "./kll-sketch.ts";
import { sampleOf } from "./weighted-sample.ts";

test("until the first level is full the sketch is the data", () => {
  const sketch = new KllSketch();
  for (const value of [3, 1, 2]) sketch.add(value);
  assert.deepEqual(sketch.levels, [[3, 1, 2]]);
});

test("weights add up to the number of values, and ranks are close", () => {
  const sketch = new KllSketch();
  const values = Array.from({ length: 50_001 }, (_, i) => (i * 7919) % 50_021);
  for (const value of values) sketch.add(value);
  const sample = sampleOfLevels(sketch.levels);
  assert.equal(sample.weight, values.length);
  assert.ok(sample.values.length < 3 * 2048 + 64, String(sample.values.length));
  assert.ok(linfSimple(sample, sampleOf(values)) < 0.002);
});

test("sorted input is no harder", () => {
  const sketch = new KllSketch();
  const values = Array.from({ length: 30_000 }, (_, i) => i);
  for (const value of values) sketch.add(value);
  assert.ok(linfSimple(sampleOfLevels(sketch.levels), sampleOf(values)) < 0.002);
});

test("the same values in the same order give the same sketch", () => {
  const [a, b] = [new KllSketch({ k: 64, c: 0.64 }), new KllSketch({ k: 64, c: 0.64 })];
  for (let i = 0; i < 5000; i += 1) for (const sketch of [a, b]) sketch.add((i * 31) % 997);
  assert.deepEqual(a.levels, b.levels);
});
