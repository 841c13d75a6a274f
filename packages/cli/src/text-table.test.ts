import { strict as assert } from "node:assert";
import { test } from "node:test";
import { textTable } from "./text-table.ts";

test("a long cell takes several lines and loses nothing", () => {
  const table = textTable(
    [
      ["name", "what"],
      ["a", "one two three"],
      ["b", "abcdefghij"],
    ],
    [4, 8],
  );
  assert.equal(
    table,
    ["name  what", "────  ────────", "a     one two", "      three", "b     abcdefgh", "      ij"].join("\n"),
  );
});
