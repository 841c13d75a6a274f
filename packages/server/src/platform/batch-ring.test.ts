import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { batchBytes, BatchRing, inBatches } from "./batch-ring.ts";

const bytes = randomBytes(6 * batchBytes + 7);

async function* pieces(of: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.byteLength; at += pieceBytes) yield await Promise.resolve(of.subarray(at, at + pieceBytes));
}

test("a batch holds until the third one after it was asked for, also through a second ring", async () => {
  for (const pieceBytes of [16_384, 100_003, batchBytes, 3 * batchBytes]) {
    const once = inBatches(pieces(bytes, pieceBytes), new BatchRing());
    for (const batches of [once, inBatches(inBatches(pieces(bytes, pieceBytes), new BatchRing()), new BatchRing())]) {
      const held: Uint8Array[] = [];
      let at = 0;
      for await (const batch of batches) {
        held.push(batch);
        const first = at - (held.length - 1) * batchBytes;
        for (const [index, one] of held.entries()) {
          const from = first + index * batchBytes;
          assert.ok(Buffer.from(one).equals(bytes.subarray(from, from + one.byteLength)), `${pieceBytes}: ${from}`);
        }
        at += batch.byteLength;
        if (held.length === 3) held.shift();
      }
      assert.equal(at, bytes.byteLength);
    }
  }
});

test("what comes in batches is passed on uncopied", async () => {
  const given: Uint8Array[] = [];
  async function* told(): AsyncGenerator<Uint8Array> {
    for await (const batch of inBatches(pieces(bytes, 65_536), new BatchRing())) {
      given.push(batch);
      yield batch;
    }
  }
  let uncopied = 0;
  for await (const batch of inBatches(told(), new BatchRing())) if (batch === given.at(-1)) uncopied += 1;
  assert.equal(uncopied, 6);
});

test("memory that was released serves the next stream, and what was abandoned does not", () => {
  const memoryOf = (ring: BatchRing) => Array.from({ length: 4 }, () => ring.next());
  const [released, abandoned] = [new BatchRing(), new BatchRing()];
  const [first, second] = [memoryOf(released), memoryOf(abandoned)];
  released.release();
  abandoned.abandon();
  abandoned.release();
  const later = memoryOf(new BatchRing());
  assert.deepEqual(
    later.map((slot) => first.includes(slot)),
    [true, true, true, true],
  );
  assert.ok(!later.some((slot) => second.includes(slot)));
});
