import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { matchesPattern, readPattern } from "./index.ts";
import { naiveMatch } from "./testing/naive-matcher.ts";

interface CaseFile {
  readonly rule: string;
  readonly cases?: readonly { name: string; pattern: object | string; event: object | string; matches: boolean }[];
  readonly refused?: readonly {
    name: string;
    pattern: string;
    reason: string;
    path: string;
    line: number;
    column: number;
  }[];
}

const folder = new URL("../cases/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
let count = 0;

for (const name of files) {
  const { rule, cases = [], refused = [] } = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as CaseFile;
  count += cases.length + refused.length;
  describe(`${name}: ${rule}`, () => {
    for (const { name: title, pattern, event, matches } of cases) {
      it(title, () => {
        const text = typeof pattern === "string" ? pattern : JSON.stringify(pattern);
        const read = readPattern(text);
        assert(read.kind === "pattern", JSON.stringify(read));
        const happened = (typeof event === "string" ? JSON.parse(event) : event) as object;
        assert.equal(matchesPattern(read, happened), matches);
        assert.equal(naiveMatch(JSON.parse(text) as object, happened), matches, "the naive matcher differs");
      });
    }
    for (const { name: title, pattern, ...fault } of refused) {
      it(`refuses ${title}`, () => {
        assert.deepEqual(readPattern(pattern), { kind: "fault", ...fault });
      });
    }
  });
}

it("there are at least 150 cases", () => assert.ok(count >= 150, `${count} cases`));
