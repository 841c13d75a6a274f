import assert from "node:assert/strict";
import { createCipheriv, randomBytes } from "node:crypto";
import { test } from "node:test";
import { unwrapPadded, wrapPadded } from "./key-wrap-padded.ts";

/** RFC 5649 written out over single AES blocks, so that the library is not its own judge. `initial`: 8 bytes. */
function wrapByHand(key: Uint8Array, initial: Buffer, padded: Buffer): Buffer {
  const block = (bytes: Uint8Array): Buffer => {
    const aes = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
    return Buffer.concat([aes.update(bytes), aes.final()]);
  };
  if (padded.byteLength === 8) return block(Buffer.concat([initial, padded]));
  let head: Buffer = Buffer.from(initial);
  const parts = Array.from({ length: padded.byteLength / 8 }, (_, i) => Buffer.from(padded.subarray(8 * i, 8 * i + 8)));
  for (let round = 0; round < 6; round += 1) {
    for (const [i, part] of parts.entries()) {
      const mixed = block(Buffer.concat([head, part]));
      const step = Buffer.alloc(8);
      step.writeBigUInt64BE(BigInt(parts.length * round + i + 1));
      head = Buffer.from(mixed.subarray(0, 8).map((byte, at) => byte ^ (step[at] ?? 0)));
      parts[i] = Buffer.from(mixed.subarray(8));
    }
  }
  return Buffer.concat([head, ...parts]);
}

function initialFor(length: number): Buffer {
  const initial = Buffer.from("a65959a600000000", "hex");
  initial.writeUInt32BE(length, 4);
  return initial;
}

const paddedTo = (bytes: Uint8Array, length: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(length)]).subarray(0, length);

test("what was wrapped opens, and is what RFC 5649 says", () => {
  const key = randomBytes(32);
  for (let length = 1; length <= 80; length += 1) {
    const secret = randomBytes(length);
    const byHand = wrapByHand(key, initialFor(length), paddedTo(secret, Math.ceil(length / 8) * 8));
    assert.deepEqual(Buffer.from(wrapPadded(key, secret)), byHand, `length ${length}`);
    assert.deepEqual(unwrapPadded(key, byHand), secret);
  }
});

test("a changed, cut or lengthened one does not open, nor does it under another key", () => {
  const key = randomBytes(32);
  const wrapped = Buffer.from(wrapPadded(key, randomBytes(32)));
  for (let at = 0; at < wrapped.byteLength; at += 1) {
    const changed = Buffer.from(wrapped);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(unwrapPadded(key, changed), undefined, `byte ${at}`);
    assert.equal(unwrapPadded(key, wrapped.subarray(0, at)), undefined, `cut at ${at}`);
  }
  assert.equal(unwrapPadded(key, Buffer.concat([wrapped, Buffer.alloc(8)])), undefined);
  assert.equal(unwrapPadded(randomBytes(32), wrapped), undefined);
  assert.equal(unwrapPadded(key.subarray(0, 16), wrapped), undefined);
});

test("lengths and paddings that no wrapping gives do not open", () => {
  const key = randomBytes(32);
  const bytes = randomBytes(32);
  assert.deepEqual(unwrapPadded(key, wrapByHand(key, initialFor(32), bytes)), bytes);
  for (const length of [0, 1, 8, 23, 24, 33, 40, 2 ** 31, 2 ** 32 - 1]) {
    assert.equal(unwrapPadded(key, wrapByHand(key, initialFor(length), bytes)), undefined, `length ${length}`);
  }
  const dirty = Buffer.concat([bytes.subarray(0, 31), Buffer.of(1)]);
  assert.equal(unwrapPadded(key, wrapByHand(key, initialFor(31), dirty)), undefined);
  assert.equal(unwrapPadded(key, wrapByHand(key, initialFor(0), Buffer.alloc(8))), undefined);
  // The form of RFC 3394, without padding, is another algorithm.
  assert.equal(unwrapPadded(key, wrapByHand(key, Buffer.alloc(8, 0xa6), bytes)), undefined);
});
