import assert from "node:assert/strict";
import { test } from "node:test";
import { float32Text } from "./float32-text.ts";

test("the shortest text that reads back as the same 32-bit number", () => {
  assert.equal(float32Text(Math.fround(0.5837969)), "0.5837969");
  assert.equal(float32Text(Math.fround(0.1)), "0.1");
  assert.equal(float32Text(20000), "20000");
  assert.equal(float32Text(Math.fround(1e-7)), "1e-7");
  assert.equal(float32Text(-0.25), "-0.25");
});

test("every text reads back", () => {
  const words = new Uint32Array(1);
  const floats = new Float32Array(words.buffer);
  for (let i = 0; i < 20_000; i += 1) {
    words[0] = Math.imul(i, 2654435761);
    const value = floats[0] ?? 0;
    if (Number.isFinite(value)) assert.equal(Math.fround(Number(float32Text(value))), value);
  }
});
