import assert from "node:assert/strict";
import { test } from "node:test";
import { encryptionContextAad } from "./index.ts";

test("the order of the pairs does not matter", () => {
  assert.deepEqual(encryptionContextAad({ a: "1", b: "2" }), encryptionContextAad({ b: "2", a: "1" }));
});

test("different contexts have different bytes", () => {
  const contexts = [{}, { a: "" }, { "": "a" }, { a: "bc" }, { ab: "c" }, { a: "b", c: "" }, { a: "b", "": "c" }];
  const seen = new Set(contexts.map((context) => Buffer.from(encryptionContextAad(context)).toString("hex")));
  assert.equal(seen.size, contexts.length);
});
