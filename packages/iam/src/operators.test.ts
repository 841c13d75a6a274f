import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { conditionHolds } from "./testing/condition-holds.ts";
import { operatorSpellings } from "./index.ts";

/** The truth table of all operators; what is expected stands there, written from AWS's documentation. */
interface Matrix {
  columns: string[];
  /** For each base name: what the request's values are in the columns. */
  values: Record<string, Record<string, string>>;
  rows: [spelling: string, policyValue: string, outcomes: string][];
}

const matrix = JSON.parse(readFileSync(new URL("../cases/operator-matrix.json", import.meta.url), "utf8")) as Matrix;
const meanings: Readonly<Record<string, boolean | "unknown">> = { T: true, F: false, "?": "unknown" };

describe("the condition operators", () => {
  it("are 27 names and 159 spellings, each with its row", () => {
    const spellings = new Set(matrix.rows.map(([spelling]) => spelling));
    assert.equal(Object.keys(matrix.values).length, 27);
    assert.equal(spellings.size, 159);
    assert.deepEqual([...operatorSpellings].sort(), [...spellings].sort());
  });

  for (const [spelling, policyValue, outcomes] of matrix.rows) {
    it(`${spelling} ${policyValue}`, () => {
      const expected = outcomes.split(" ");
      assert.equal(expected.length, matrix.columns.length);
      for (const [at, column] of matrix.columns.entries()) {
        const context = contextIn(column, spelling);
        const meaning = meanings[expected[at] ?? ""];
        assert(meaning !== undefined, column);
        assert.equal(conditionHolds({ [spelling]: { "a:x": policyValue } }, context), meaning, column);
        // Names of operators are not case-sensitive.
        assert.equal(conditionHolds({ [spelling.toUpperCase()]: { "a:x": policyValue } }, context), meaning, column);
      }
    });
  }
});

function contextIn(column: string, spelling: string): Record<string, string[]> {
  if (column === "no key") return {};
  if (column === "an empty list") return { "a:x": [] };
  const name = spelling.replace(/^For(All|Any)Values?:/, "").replace(/IfExists$/, "");
  return {
    "a:x": column.split(", ").map((kind) => {
      const value = matrix.values[name]?.[kind];
      assert(value !== undefined, `${name}: ${kind}`);
      return value;
    }),
  };
}
