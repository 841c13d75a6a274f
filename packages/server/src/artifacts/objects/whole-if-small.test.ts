import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeIfSmall } from "./whole-if-small.ts";

function source(sizes: readonly number[]) {
  const state = { ended: false };
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (const [at, size] of sizes.entries()) yield await Promise.resolve(Buffer.alloc(size, at));
    } finally {
      state.ended = true;
    }
  }
  return { state, stream: bytes(), all: Buffer.concat(sizes.map((size, at) => Buffer.alloc(size, at))) };
}

test("what ends in time comes in one piece, up to the bound itself", async () => {
  for (const sizes of [[], [0], [10], [3, 0, 7], [1, 1, 1]]) {
    const { stream, all, state } = source(sizes);
    const content = await wholeIfSmall(stream, 10);
    assert.ok(content instanceof Uint8Array);
    assert.ok(all.equals(content));
    assert.ok(state.ended);
  }
});

test("what is longer comes whole, as a stream", async () => {
  for (const sizes of [[11], [10, 1], [5, 5, 5, 0, 90]]) {
    const { stream, all } = source(sizes);
    const content = await wholeIfSmall(stream, 10);
    assert.ok(!(content instanceof Uint8Array));
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    assert.ok(all.equals(Buffer.concat(pieces)));
  }
});

test("a longer one that is not read to its end lets its source go", async () => {
  const { stream, state } = source([11, 5, 5]);
  const content = await wholeIfSmall(stream, 10);
  assert.ok(!(content instanceof Uint8Array));
  for await (const piece of content) if (piece.byteLength > 0) break;
  assert.ok(state.ended);
});

test("a source that fails, fails it", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.alloc(3));
    throw new Error("the body was cut");
  }
  await assert.rejects(wholeIfSmall(failing(), 10), /the body was cut/);
});
