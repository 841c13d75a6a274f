import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { readPush } from "./push-commands.ts";

const zero = "0".repeat(40);
const one = "1".repeat(40);
const line = (text: string) => (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString("latin1");
}

const push = `${line(`shallow ${one}\n`)}${line(`${zero} ${one} refs/heads/main\0 report-status agent=git/2\n`)}${line(
  `${one} ${zero} refs/tags/v1`,
)}0000PACK and whatever follows`;
const pushed = [
  { reference: "refs/heads/main", objectId: one },
  { reference: "refs/tags/v1", objectId: zero },
];

test("every reference is read, however the bytes arrive, and the body stays whole", async () => {
  for (const size of [1, 3, 64, 10_000]) {
    const read = await readPush(inPieces(Buffer.from(push, "latin1"), size), undefined);
    assert.ok(read.kind === "push");
    assert.deepEqual(read.changes, pushed);
    assert.equal(await whole(read.body), push);
  }
});

test("a compressed push is read uncompressed, and handed on so", async () => {
  const read = await readPush(inPieces(gzipSync(Buffer.from(push, "latin1")), 7), "gzip");
  assert.ok(read.kind === "push");
  assert.deepEqual(read.changes, pushed);
  assert.equal(await whole(read.body), push);
});

test("git's probe changes nothing", async () => {
  const read = await readPush(inPieces(Buffer.from("0000"), 4), undefined);
  assert.ok(read.kind === "push");
  assert.deepEqual(read.changes, []);
});

test("what cannot be read is refused: nothing is pushed that was not decided on", async () => {
  const broken: readonly (readonly [string, string | undefined])[] = [
    ["", undefined],
    ["00", undefined],
    ["zzzz", undefined],
    ["0001", undefined],
    ["0004", undefined],
    [line(`${zero} ${one} refs/heads/main`), undefined],
    [`${line("push-cert\0 report-status\n")}0000`, undefined],
    [`${line(`${zero} ${one}`)}0000`, undefined],
    [`${line(`${zero} refs/heads/main`)}0000`, undefined],
    [push, "br"],
    [push, "gzip, gzip"],
    // What is no gzip.
    [push, "gzip"],
  ];
  for (const [text, encoding] of broken) {
    const read = await readPush(inPieces(Buffer.from(text, "latin1"), 16), encoding);
    assert.equal(read.kind, "malformed", JSON.stringify([text, encoding]));
  }
  const cut = gzipSync(Buffer.from(push, "latin1")).subarray(0, 12);
  assert.equal((await readPush(inPieces(cut, 5), "gzip")).kind, "malformed");
  const endless = inPieces(Buffer.from(line(`${zero} ${one} refs/heads/x`).repeat(80_000)), 65_536);
  assert.equal((await readPush(endless, undefined)).kind, "malformed");
});

test("a push changes at most 4,000 references", async () => {
  const commands = (count: number) =>
    Array.from({ length: count }, (_, at) => line(`${zero} ${one} refs/heads/b${at}\n`)).join("");
  const read = async (count: number) =>
    await readPush(inPieces(Buffer.from(`${commands(count)}0000`), 65_536), undefined);
  const whole = await read(4000);
  assert.ok(whole.kind === "push" && whole.changes.length === 4000);
  const refused = await read(4001);
  assert.ok(refused.kind === "malformed");
  assert.equal(refused.message, "a push changes at most 4000 references");
});
