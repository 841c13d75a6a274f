import assert from "node:assert/strict";
import { test } from "node:test";

import { filterPattern } from "./filter-pattern.ts";

test("words, phrases, exclusions and alternatives", () => {
  assert.equal(filterPattern("")("anything"), true);
  assert.equal(filterPattern("ERROR disk")("ERROR: the disk is full"), true);
  assert.equal(filterPattern('"disk is full"')("ERROR: the disk is full"), true);
  assert.equal(filterPattern("ERROR -disk")("ERROR: the disk is full"), false);
  assert.equal(filterPattern("?WARN ?ERROR")("ERROR: no"), true);
  assert.equal(filterPattern("?WARN ?ERROR")("INFO: yes"), false);
});

test("a pattern over fields is refused by name", () => {
  assert.throws(() => filterPattern("{ $.level = 1 }"), /not supported/);
});
