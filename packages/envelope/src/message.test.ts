import assert from "node:assert/strict";
import { createCipheriv, randomBytes } from "node:crypto";
import { test } from "node:test";
import { deriveKeys } from "./derived-keys.ts";
import { open, seal, sealedMessageOverheadBytes, unwrapKey, wrapKey } from "./index.ts";

const key = randomBytes(32);
const aad = Buffer.from("arn:aws:kms:us-east-1:111122223333:key/example#1");

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

test("a sealed value opens again, whatever its size", () => {
  for (const size of [0, 1, 32, 4096, 100_000]) {
    const plaintext = randomBytes(size);
    const sealed = seal(key, plaintext, aad);
    assert.equal(sealed.byteLength, size + sealedMessageOverheadBytes);
    assert.deepEqual(Buffer.from(open(key, sealed, aad) ?? "none"), plaintext);
  }
});

test("the same value is never sealed to the same bytes", () => {
  const plaintext = Buffer.from("the same");
  assert.notDeepEqual(seal(key, plaintext, aad), seal(key, plaintext, aad));
});

test("any changed byte, cut or addition is refused", () => {
  const sealed = seal(key, Buffer.from("a small value"), aad);
  for (let at = 0; at < sealed.byteLength; at += 1) {
    assert.equal(open(key, flipped(sealed, at), aad), undefined, `byte ${at}`);
    assert.equal(open(key, sealed.subarray(0, at), aad), undefined, `cut at ${at}`);
  }
  assert.equal(open(key, Buffer.concat([sealed, Buffer.of(0)]), aad), undefined);
});

test("another key and other associated data are refused", () => {
  const sealed = seal(key, Buffer.from("value"), aad);
  assert.equal(open(randomBytes(32), sealed, aad), undefined);
  assert.equal(open(key, sealed, Buffer.concat([aad, Buffer.of(0)])), undefined);
  assert.equal(open(key, sealed, new Uint8Array()), undefined);
});

test("tags of 4, 8 and 12 bytes are refused, genuine as they are", () => {
  const salt = randomBytes(32);
  const keys = deriveKeys(key, salt, "strongroom envelope 1: message", 12);
  for (const authTagLength of [4, 8, 12]) {
    const cipher = createCipheriv("aes-256-gcm", keys.cipherKey, keys.nonceSeed, { authTagLength });
    cipher.setAAD(Buffer.concat([Buffer.of(1), aad]));
    const ciphertext = cipher.update(Buffer.from("a value of more than sixteen bytes"));
    cipher.final();
    const sealed = Buffer.concat([Buffer.of(1), salt, keys.commitment, ciphertext, cipher.getAuthTag()]);
    assert.equal(open(key, sealed, aad), undefined, `${authTagLength} bytes`);
  }
});

test("a ciphertext that would open under two keys is stopped by the commitment", () => {
  const one = seal(key, Buffer.from("value"), aad);
  const other = seal(randomBytes(32), Buffer.from("value"), aad);
  const spliced = Buffer.concat([one.subarray(0, 33), other.subarray(33, 65), one.subarray(65)]);
  assert.equal(open(key, spliced, aad), undefined);
});

test("a wrapped key unwraps, and is no message", () => {
  const dataKey = randomBytes(32);
  const wrapped = wrapKey(key, dataKey, aad);
  assert.deepEqual(Buffer.from(unwrapKey(key, wrapped, aad) ?? "none"), dataKey);
  assert.equal(open(key, wrapped, aad), undefined);
  assert.equal(unwrapKey(key, seal(key, dataKey, aad), aad), undefined);
  assert.equal(unwrapKey(key, wrapped, Buffer.from("another key's name")), undefined);
});

test("keys of another size are refused", () => {
  assert.throws(() => seal(randomBytes(16), Buffer.from("value"), aad), RangeError);
  assert.throws(() => wrapKey(randomBytes(33), randomBytes(32), aad), RangeError);
});
