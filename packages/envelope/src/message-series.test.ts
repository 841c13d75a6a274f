import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { MessageSeries, open, seal, unwrapKey, wrapKey } from "./index.ts";

const key = randomBytes(32);
const aad = Buffer.from("record 7");
const text = Buffer.from("what was asked");

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

const saltOf = (sealed: Uint8Array): string => Buffer.from(sealed.subarray(1, 33)).toString("hex");
const nonceOf = (sealed: Uint8Array): string => Buffer.from(sealed.subarray(65, 77)).toString("hex");

test("what a series sealed opens again, in another process and in any order", () => {
  const series = new MessageSeries(key);
  const other = new MessageSeries(key);
  const values = Array.from({ length: 50 }, (_, at) => randomBytes(at * 7));
  const sealed = values.map((value, at) => (at % 3 === 0 ? other : series).seal(value, Buffer.of(at)));
  const reader = new MessageSeries(key);
  for (const at of [...sealed.keys(), ...[...sealed.keys()].reverse()]) {
    const opened = reader.open(sealed[at] ?? new Uint8Array(0), Buffer.of(at));
    assert.deepEqual(Buffer.from(opened ?? "none"), values[at]);
  }
});

test("any changed byte, cut or addition is refused", () => {
  const series = new MessageSeries(key);
  const sealed = series.seal(text, aad);
  for (let at = 0; at < sealed.byteLength; at += 1) {
    assert.equal(series.open(flipped(sealed, at), aad), undefined, `byte ${at}`);
    assert.equal(series.open(sealed.subarray(0, at), aad), undefined, `cut at ${at}`);
  }
  assert.equal(series.open(Buffer.concat([sealed, Buffer.of(0)]), aad), undefined);
  assert.deepEqual(Buffer.from(series.open(sealed, aad) ?? "none"), text);
});

test("another key, other associated data and another message's place are refused", () => {
  const series = new MessageSeries(key);
  const [first, second] = [series.seal(text, aad), series.seal(text, Buffer.from("record 8"))];
  assert.equal(new MessageSeries(randomBytes(32)).open(first, aad), undefined);
  assert.equal(series.open(first, Buffer.from("record 8")), undefined);
  // The parts of two messages of one series, which have the same keys, do not fit together.
  for (const cut of [65, 77, first.byteLength - 16]) {
    const mixed = Buffer.concat([first.subarray(0, cut), second.subarray(cut)]);
    assert.equal(series.open(mixed, aad), undefined, `cut at ${cut}`);
  }
});

test("messages in a row share their salt, each has a nonce of its own, and no series goes on for ever", () => {
  const series = new MessageSeries(key);
  const sealed = Array.from({ length: 2 ** 16 + 2 }, () => series.seal(Buffer.of(1), aad));
  assert.equal(new Set(sealed.map(nonceOf)).size, sealed.length);
  const salts = sealed.map(saltOf);
  assert.equal(new Set(salts.slice(0, 2 ** 16)).size, 1);
  assert.equal(new Set(salts).size, 2);
});

test("a message that was sealed by itself opens in a series, but not the reverse", () => {
  const series = new MessageSeries(key);
  assert.deepEqual(Buffer.from(series.open(seal(key, text, aad), aad) ?? "none"), text);
  assert.equal(open(key, series.seal(text, aad), aad), undefined);
});

test("wrapped keys and messages do not open as each other", () => {
  const [messages, keys] = [new MessageSeries(key), new MessageSeries(key, "wrapped keys")];
  const wrapped = keys.seal(text, aad);
  assert.deepEqual(Buffer.from(keys.open(wrapped, aad) ?? "none"), text);
  assert.deepEqual(Buffer.from(keys.open(wrapKey(key, text, aad), aad) ?? "none"), text);
  assert.equal(messages.open(wrapped, aad), undefined);
  assert.equal(messages.open(wrapKey(key, text, aad), aad), undefined);
  assert.equal(keys.open(messages.seal(text, aad), aad), undefined);
  assert.equal(keys.open(seal(key, text, aad), aad), undefined);
  assert.equal(unwrapKey(key, wrapped, aad), undefined);
});

test("more series than are kept for opening open all the same", () => {
  const sealed = Array.from({ length: 200 }, () => new MessageSeries(key).seal(text, aad));
  const reader = new MessageSeries(key);
  for (const one of [...sealed, ...sealed]) assert.deepEqual(Buffer.from(reader.open(one, aad) ?? "none"), text);
});
