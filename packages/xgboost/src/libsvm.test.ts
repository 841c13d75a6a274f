import assert from "node:assert/strict";
import { test } from "node:test";
import { readLibsvm } from "./libsvm.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("what a row does not name is missing, and indices count from 0", () => {
  const read = readLibsvm(bytes("1 0:1.5 2:3\n0:0.5 1:2 # remark\n"), "f");
  assert.equal(read.kind, "labelled");
  assert.deepEqual([...read.matrix.values], [1.5, NaN, 3, NaN, 2, NaN]);
  assert.deepEqual([...read.labels], [1, 0]);
  assert.deepEqual([...(read.weights ?? [])], [1, 0.5]);
});

for (const [text, message] of [
  ["", /f is empty/],
  ["1,2,3\n", /line 1 starts with "1,2,3" instead of a label/],
  ["1 0:1\n0 x:1\n", /line 2 holds "x:1" where index:value is expected/],
  ["1 5:1\n", /names feature 5; the training data has 3/],
] as const) {
  test(`${JSON.stringify(text)} is refused`, () => {
    const read = readLibsvm(bytes(text), "f", 3);
    assert.ok(read.kind === "malformed" && message.test(read.message), JSON.stringify(read));
  });
}
