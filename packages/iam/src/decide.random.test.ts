import assert from "node:assert/strict";
import { it } from "node:test";
import { expectedFeatures, spellings } from "./testing/coverage.ts";
import { compareRandomly } from "./testing/run.ts";

/** The seeded part of the comparison; testing/compare.ts makes the long run. */
const decisions = 40_000;
const seed = 20_261;

it(`decides ${decisions} random cases as the naive evaluator does, and meets every feature`, () => {
  const { difference, features, decisions: made } = compareRandomly(seed, decisions, () => undefined);
  assert.equal(difference, undefined, JSON.stringify(difference, undefined, 1));
  assert.equal(made, decisions);
  // The comparison is worth something only for what it met.
  assert.equal(spellings().length, 159);
  assert.deepEqual(
    expectedFeatures().filter((feature) => !features.has(feature)),
    [],
  );
  for (const outcome of ["allowed", "explicit-deny", "implicit-deny"]) {
    const count = [...features].reduce(
      (sum, [name, times]) => sum + (name.startsWith(`${outcome} by `) ? times : 0),
      0,
    );
    assert(count > decisions / 12, `${outcome}: ${count}`);
  }
});
