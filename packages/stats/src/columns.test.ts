import assert from "node:assert/strict";
import { test } from "node:test";
import { completeness, shareInDomain, suggestDomain } from "./domain.ts";
import { equalWidthHistogram } from "./histogram.ts";
import { momentsOf } from "./moments.ts";
import { classify, conforms, countTypes, inferType, readNumber } from "./value-type.ts";

test("moments by hand", () => {
  assert.deepEqual(momentsOf([2, 4, 4, 4, 5, 5, 7, 9]), {
    count: 8,
    sum: 40,
    mean: 5,
    standardDeviation: 2,
    min: 2,
    max: 9,
  });
  assert.equal(momentsOf([]), undefined);
});

test("a large offset does not spoil the standard deviation, nor small terms the sum", () => {
  assert.equal(momentsOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])?.standardDeviation, Math.sqrt(22.5));
  assert.equal(momentsOf([1, 1e100, 1, -1e100])?.sum, 2);
});

test("ten buckets, the last one closed", () => {
  const buckets = equalWidthHistogram([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(
    buckets.map(({ count }) => count),
    [1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
  );
  assert.deepEqual(buckets[9], { lowerBound: 9, upperBound: 10, count: 2 });
});

test("buckets count every value where their bounds say, also with rounded bounds", () => {
  const values = Array.from({ length: 1000 }, (_, i) => ((i * 37) % 1001) / 10 - 3.3);
  const buckets = equalWidthHistogram(values);
  for (const [i, { lowerBound, upperBound, count }] of buckets.entries()) {
    const inside = values.filter(
      (value) => value >= lowerBound && (i === 9 ? value <= upperBound : value < upperBound),
    );
    assert.equal(count, inside.length);
  }
});

test("one value only falls into the last bucket", () => {
  assert.equal(equalWidthHistogram([7, 7, 7])[9]?.count, 3);
  assert.deepEqual(equalWidthHistogram([]), []);
});

test("types by their text", () => {
  const cases: readonly [string, string][] = [
    ["", "missing"],
    ["12", "integral"],
    ["- 12", "integral"],
    ["+3", "integral"],
    ["1.5", "fractional"],
    ["1e5", "fractional"],
    ["1.5E-3", "fractional"],
    ["true", "boolean"],
    ["True", "text"],
    [".5", "text"],
    ["5.", "text"],
    ["a1", "text"],
  ];
  for (const [text, type] of cases) assert.equal(classify(text), type, text);
  assert.equal(readNumber("- 12"), -12);
});

test("a column's type is the widest of its values'", () => {
  assert.equal(inferType(countTypes(["1", "2", ""])), "Integral");
  assert.equal(inferType(countTypes(["1", "2.5"])), "Fractional");
  assert.equal(inferType(countTypes(["1", "x"])), "String");
  assert.equal(inferType(countTypes(["true"])), "String");
  assert.equal(inferType(countTypes(["", ""])), "Unknown");
});

test("the same number written otherwise still conforms", () => {
  assert.ok(conforms("20000.0", "Integral"));
  assert.ok(!conforms("20000.5", "Integral"));
  assert.ok(conforms("3", "Fractional"));
  assert.ok(!conforms("x", "Fractional"));
  assert.ok(!conforms("", "String"));
});

test("domains are suggested where values repeat", () => {
  assert.deepEqual(
    suggestDomain(
      new Map([
        ["rome", 10],
        ["oslo", 9],
        ["bonn", 1],
      ]),
    ),
    ["bonn", "oslo", "rome"],
  );
  assert.equal(
    suggestDomain(
      new Map([
        ["a", 1],
        ["b", 1],
        ["c", 7],
      ]),
    ),
    undefined,
  );
  assert.equal(suggestDomain(new Map()), undefined);
  assert.equal(
    shareInDomain(
      new Map([
        ["a", 3],
        ["b", 1],
      ]),
      new Set(["a"]),
    ),
    0.75,
  );
  assert.equal(completeness(3, 1), 0.75);
});
