import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRange } from "./range.ts";

test("ranges of bytes, as HTTP defines them", () => {
  const cases: [string | undefined, ReturnType<typeof parseRange>][] = [
    [undefined, { kind: "whole" }],
    ["bytes=0-0", { kind: "range", from: 0, end: 1 }],
    ["bytes=2-", { kind: "range", from: 2, end: 10 }],
    ["bytes=2-99", { kind: "range", from: 2, end: 10 }],
    ["bytes=-3", { kind: "range", from: 7, end: 10 }],
    ["bytes=-99", { kind: "range", from: 0, end: 10 }],
    ["bytes=10-", { kind: "unsatisfiable" }],
    ["bytes=-0", { kind: "unsatisfiable" }],
    ["bytes=5-2", { kind: "whole" }],
    ["bytes=0-1,3-4", { kind: "whole" }],
    ["lines=0-1", { kind: "whole" }],
    ["bytes=-", { kind: "whole" }],
  ];
  for (const [header, expected] of cases) assert.deepEqual(parseRange(header, 10), expected, header);
  assert.deepEqual(parseRange("bytes=0-", 0), { kind: "unsatisfiable" });
});
