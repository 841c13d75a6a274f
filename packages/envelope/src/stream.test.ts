import assert from "node:assert/strict";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { deriveKeys } from "./derived-keys.ts";
import {
  EnvelopeBroken,
  frameBytes,
  FrameReader,
  headerBytes,
  openStream,
  plainSize,
  sealedSize,
  sealStream,
} from "./index.ts";
import { sealedFrameBytes } from "./layout.ts";

const key = randomBytes(32);
const aad = Buffer.from("bucket/key/version");
const long = randomBytes(3 * frameBytes + 12_345);

async function* pieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    yield await Promise.resolve(bytes.subarray(at, at + pieceBytes));
  }
}

async function joined(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of source) all.push(piece);
  return Buffer.concat(all);
}

const sealed = (bytes: Uint8Array, pieceBytes = 65_536): Promise<Buffer> =>
  joined(sealStream(key, aad, pieces(bytes, pieceBytes)));

async function refused(bytes: Uint8Array, name: string, withKey = key, withAad = aad): Promise<void> {
  await assert.rejects(joined(openStream(withKey, withAad, pieces(bytes, 100_000))), EnvelopeBroken, name);
}

const frameStart = (index: number): number => headerBytes + index * sealedFrameBytes;
const frame = (bytes: Buffer, index: number): Buffer => bytes.subarray(frameStart(index), frameStart(index + 1));

test("a stream opens again at every size around a frame, whatever the pieces", async () => {
  for (const size of [0, 1, 100, frameBytes - 1, frameBytes, frameBytes + 1, 2 * frameBytes, 2 * frameBytes + 7]) {
    const plaintext = long.subarray(0, size);
    for (const pieceBytes of [65_536, 999_983, 4 * frameBytes]) {
      const bytes = await sealed(plaintext, pieceBytes);
      assert.equal(bytes.byteLength, sealedSize(size));
      assert.equal(plainSize(bytes.byteLength), size);
      assert.ok((await joined(openStream(key, aad, pieces(bytes, pieceBytes)))).equals(plaintext), `${size}`);
    }
  }
});

test("pieces of one byte work too", async () => {
  const plaintext = long.subarray(0, 300);
  const bytes = await sealed(plaintext, 1);
  assert.ok((await joined(openStream(key, aad, pieces(bytes, 1)))).equals(plaintext));
});

test("no stream has a size between the sizes of streams", () => {
  for (const size of [0, headerBytes, headerBytes + 15, sealedSize(frameBytes) + 1, sealedSize(frameBytes) + 16]) {
    assert.throws(() => plainSize(size), EnvelopeBroken, `${size}`);
  }
});

test("any changed byte of a small stream is refused", async () => {
  const bytes = await sealed(Buffer.from("a small object"));
  for (let at = 0; at < bytes.byteLength; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x80;
    await refused(changed, `byte ${at}`);
    await refused(bytes.subarray(0, at), `cut at ${at}`);
  }
});

test("a changed byte in any frame of a long stream is refused", async () => {
  const bytes = await sealed(long);
  for (const at of [frameStart(0), frameStart(1) + 5, frameStart(2) - 1, frameStart(3), bytes.byteLength - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await refused(changed, `byte ${at}`);
  }
});

test("frames that are missing, swapped, repeated or appended are refused", async () => {
  const bytes = await sealed(long);
  const header = bytes.subarray(0, headerBytes);
  const [f0, f1, f2, f3] = [frame(bytes, 0), frame(bytes, 1), frame(bytes, 2), frame(bytes, 3)];
  await refused(Buffer.concat([header, f0, f1, f2]), "cut at a frame's border");
  await refused(Buffer.concat([header, f0]), "only the first frame");
  await refused(header, "only the header");
  await refused(Buffer.concat([header, f1, f0, f2, f3]), "swapped");
  await refused(Buffer.concat([header, f0, f0, f2, f3]), "repeated");
  await refused(Buffer.concat([header, f0, f2, f3]), "left out");
  await refused(Buffer.concat([bytes, Buffer.of(0)]), "a byte appended");
  await refused(Buffer.concat([bytes, f3]), "a frame appended");
});

test("frames and headers of another stream under the same key are refused", async () => {
  const one = await sealed(long);
  const other = await sealed(long);
  await refused(Buffer.concat([one.subarray(0, frameStart(1)), frame(other, 1), one.subarray(frameStart(2))]), "frame");
  await refused(Buffer.concat([other.subarray(0, headerBytes), one.subarray(headerBytes)]), "header");
});

test("another key and other associated data are refused", async () => {
  const bytes = await sealed(Buffer.from("value"));
  await refused(bytes, "key", randomBytes(32));
  await refused(bytes, "aad", key, Buffer.from("bucket/key/another-version"));
  await refused(bytes, "no aad", key, Buffer.alloc(0));
});

test("short tags are refused, genuine as they are", async () => {
  const bytes = await sealed(Buffer.from("value"));
  const header = bytes.subarray(0, headerBytes);
  const keys = deriveKeys(key, header.subarray(4, 36), "strongroom envelope 1: stream", 7);
  for (const authTagLength of [4, 8, 12]) {
    const nonce = Buffer.concat([keys.nonceSeed, Buffer.of(0, 0, 0, 0, 1)]);
    const cipher = createCipheriv("aes-256-gcm", keys.cipherKey, nonce, { authTagLength });
    cipher.setAAD(createHash("sha512").update(header).update(aad).digest());
    const ciphertext = cipher.update(Buffer.from("a value of more than sixteen bytes"));
    cipher.final();
    await refused(Buffer.concat([header, ciphertext, cipher.getAuthTag()]), `${authTagLength} bytes`);
  }
});

async function range(bytes: Buffer, from: number, end: number): Promise<Buffer> {
  const reader = new FrameReader(key, aad, bytes.subarray(0, headerBytes), bytes.byteLength);
  const span = reader.span(from, end);
  return joined(reader.open(from, end, pieces(bytes.subarray(span.start, span.end), 70_000)));
}

test("ranges are read from their own frames only", async () => {
  const bytes = await sealed(long);
  const ends = [
    0,
    1,
    5000,
    frameBytes - 1,
    frameBytes,
    frameBytes + 1,
    2 * frameBytes,
    3 * frameBytes,
    long.byteLength,
  ];
  for (const from of ends) {
    for (const end of ends.filter((candidate) => candidate >= from)) {
      assert.ok((await range(bytes, from, end)).equals(long.subarray(from, end)), `${from} to ${end}`);
    }
  }
  const reader = new FrameReader(key, aad, bytes.subarray(0, headerBytes), bytes.byteLength);
  assert.equal(reader.plainBytes, long.byteLength);
  assert.deepEqual(reader.span(frameBytes, frameBytes + 1), { start: frameStart(1), end: frameStart(2) });
  assert.throws(() => reader.span(0, long.byteLength + 1), RangeError);
});

test("the empty stream has an empty range", async () => {
  assert.equal((await range(await sealed(Buffer.alloc(0)), 0, 0)).byteLength, 0);
});

test("a range of a changed frame, of a cut file, or from the wrong place is refused", async () => {
  const bytes = await sealed(long);
  const changed = Buffer.from(bytes);
  changed[frameStart(1)] = (changed[frameStart(1)] ?? 0) ^ 1;
  await assert.rejects(range(changed, frameBytes, frameBytes + 10), EnvelopeBroken);
  // The last frame of the cut file was not made as a last one.
  await assert.rejects(range(bytes.subarray(0, frameStart(3)), 2 * frameBytes, 2 * frameBytes + 1), EnvelopeBroken);
  const reader = new FrameReader(key, aad, bytes.subarray(0, headerBytes), bytes.byteLength);
  await assert.rejects(joined(reader.open(0, 10, pieces(frame(bytes, 1), 70_000))), EnvelopeBroken);
  await assert.rejects(joined(reader.open(0, 10, pieces(frame(bytes, 0).subarray(1), 70_000))), EnvelopeBroken);
  await assert.rejects(joined(reader.open(0, 10, pieces(bytes.subarray(headerBytes), 70_000))), EnvelopeBroken);
});
