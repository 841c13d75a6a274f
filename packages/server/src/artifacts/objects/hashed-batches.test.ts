import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { HashedBatches } from "./hashed-batches.ts";

const MiB = 1024 * 1024;
const bytes = randomBytes(7 * MiB + 5);
const all = { md5: true, sha256: true };
const digest = (algorithm: string, of: Uint8Array) => createHash(algorithm).update(of).digest("hex");

async function* pieces(of: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < of.byteLength; at += pieceBytes) yield await Promise.resolve(of.subarray(at, at + pieceBytes));
}

for (const sizeBytes of [0, 1, MiB - 1, MiB, MiB + 1, 4 * MiB, 5 * MiB, 7 * MiB + 5]) {
  test(`${sizeBytes} bytes come out as they went in, and hashed`, async () => {
    const body = bytes.subarray(0, sizeBytes);
    for (const pieceBytes of [16_384, 100_003, 3 * MiB]) {
      const batches = new HashedBatches(pieces(body, pieceBytes), all);
      const seen = createHash("sha256");
      let held: Uint8Array | undefined;
      for await (const batch of batches) {
        // A batch holds until the next but one is asked for.
        if (held !== undefined) seen.update(held);
        held = batch;
      }
      if (held !== undefined) seen.update(held);
      assert.equal(batches.sizeBytes, sizeBytes);
      const expected = { md5: digest("md5", body), sha256: digest("sha256", body) };
      assert.equal(seen.digest("hex"), expected.sha256);
      assert.deepEqual(await batches.finish(), expected);
    }
  });
}

test("a digest that nobody wants is not computed", async () => {
  for (const sizeBytes of [5, 3 * MiB, 7 * MiB + 5]) {
    const body = bytes.subarray(0, sizeBytes);
    for (const wanted of [
      { md5: false, sha256: true },
      { md5: true, sha256: false },
      { md5: false, sha256: false },
    ]) {
      const batches = new HashedBatches(pieces(body, 65_536), wanted);
      const seen = createHash("sha256");
      for await (const batch of batches) seen.update(batch);
      assert.equal(seen.digest("hex"), digest("sha256", body));
      assert.equal(batches.sizeBytes, sizeBytes);
      assert.deepEqual(await batches.finish(), {
        ...(wanted.md5 ? { md5: digest("md5", body) } : {}),
        ...(wanted.sha256 ? { sha256: digest("sha256", body) } : {}),
      });
    }
  }
});

test("streams side by side, one of them given up", async () => {
  const one = new HashedBatches(pieces(bytes, 50_000), all);
  const other = new HashedBatches(pieces(bytes.subarray(MiB), 70_000), all);
  const abandoned = new HashedBatches(pieces(bytes, 65_536), all);
  const left = abandoned[Symbol.asyncIterator]();
  await left.next();
  await left.next();
  const drain = async (batches: HashedBatches) => {
    for await (const batch of batches) assert.ok(batch.byteLength > 0);
    return (await batches.finish()).sha256;
  };
  const both = Promise.all([drain(one), drain(other)]);
  await left.return();
  abandoned.giveUp();
  assert.deepEqual(await both, [digest("sha256", bytes), digest("sha256", bytes.subarray(MiB))]);
});

test("a source that fails ends the batches with its failure", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* pieces(bytes.subarray(0, 3 * MiB), 65_536);
    throw new Error("cut");
  }
  const batches = new HashedBatches(failing(), all);
  await assert.rejects(async () => {
    for await (const batch of batches) assert.ok(batch.byteLength > 0);
  }, /cut/);
  batches.giveUp();
  await assert.rejects(batches.finish(), /given up/);
});
