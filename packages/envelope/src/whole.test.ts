import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { EnvelopeBroken, frameBytes, openStream, openWhole, sealedSize, sealStream, sealWhole } from "./index.ts";

const key = randomBytes(32);
const aad = Buffer.from("bucket/key/version");

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function joined(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of source) all.push(piece);
  return Buffer.concat(all);
}

test("what is sealed whole is a stream, and a stream of one frame opens whole", async () => {
  for (const size of [0, 1, 4096, frameBytes - 1, frameBytes]) {
    const plaintext = randomBytes(size);
    const sealed = sealWhole(key, aad, plaintext);
    assert.equal(sealed.byteLength, sealedSize(size));
    assert.ok(plaintext.equals(openWhole(key, aad, sealed)));
    assert.ok(plaintext.equals(await joined(openStream(key, aad, once(sealed)))));
    assert.ok(plaintext.equals(openWhole(key, aad, await joined(sealStream(key, aad, once(plaintext))))));
  }
});

test("any changed byte, cut or addition is refused, and so are another key and other associated data", () => {
  const sealed = Buffer.from(sealWhole(key, aad, randomBytes(100)));
  for (let at = 0; at < sealed.byteLength; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => openWhole(key, aad, changed), EnvelopeBroken, `byte ${at}`);
    assert.throws(() => openWhole(key, aad, sealed.subarray(0, at)), EnvelopeBroken, `cut at ${at}`);
  }
  assert.throws(() => openWhole(key, aad, Buffer.concat([sealed, Buffer.of(0)])), EnvelopeBroken);
  assert.throws(() => openWhole(randomBytes(32), aad, sealed), EnvelopeBroken);
  assert.throws(() => openWhole(key, Buffer.from("bucket/key/other"), sealed), EnvelopeBroken);
});

test("the first frame of a longer stream is not all of it", async () => {
  const long = randomBytes(frameBytes + 1);
  assert.throws(() => sealWhole(key, aad, long), RangeError);
  const sealed = await joined(sealStream(key, aad, once(long)));
  assert.throws(() => openWhole(key, aad, sealed), RangeError);
  assert.throws(() => openWhole(key, aad, sealed.subarray(0, sealedSize(frameBytes))), EnvelopeBroken);
});
