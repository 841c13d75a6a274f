import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { payloadOf, PayloadRefused, readClaim, signRequest, verifyClaim } from "@strongroom/wire";
import type { VerifiedPayload } from "@strongroom/wire";
import { HashedBeside, hashedBeside } from "./body-hash.ts";

const MiB = 1024 * 1024;
const bytes = randomBytes(9 * MiB + 5);
const digest = (of: Uint8Array) => createHash("sha256").update(of).digest("hex");
const place = { region: "us-east-1", service: "s3", pathStyle: "s3", now: new Date("2026-11-23T10:00:00Z") } as const;
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

function* pieces(of: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < of.byteLength; at += pieceBytes) yield of.subarray(at, at + pieceBytes);
}

/** The body as the gate reads it, where the head was signed for the body's `claimed` digest. */
function payloadSignedFor(claimed: string, body: AsyncIterable<Uint8Array>): VerifiedPayload {
  const { head } = signRequest(
    { method: "PUT", target: "/b/k", headers: [["host", "s3.test"]] },
    { ...place, accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey },
    claimed,
  );
  const claim = readClaim(head);
  assert.ok(!("refused" in claim));
  const verdict = verifyClaim(head, claim, secretAccessKey, place);
  assert.ok("held" in verdict);
  const beside = new HashedBeside(body);
  return payloadOf(claim, verdict.signingKey, beside.body, beside.newHash);
}

/** Pieces in one memory that is used again at once, as nothing here may hold on to them. */
async function* fleeting(of: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(pieceBytes);
  for (const piece of pieces(of, pieceBytes)) {
    memory.set(piece);
    yield await Promise.resolve(memory.subarray(0, piece.byteLength));
    memory.fill(0);
  }
}

async function digestOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of source) hash.update(piece);
  return hash.digest("hex");
}

for (const sizeBytes of [0, 1, MiB - 1, MiB, MiB + 1, 4 * MiB, 9 * MiB + 5]) {
  test(`a body of ${sizeBytes} bytes is held to its digest, in pieces of any size`, async () => {
    const body = bytes.subarray(0, sizeBytes);
    for (const pieceBytes of [16_384, 100_003, MiB, 3 * MiB]) {
      assert.equal(await digestOf(payloadSignedFor(digest(body), fleeting(body, pieceBytes))), digest(body));
      const other = payloadSignedFor(digest(randomBytes(3)), fleeting(body, pieceBytes));
      await assert.rejects(digestOf(other), (error) => {
        assert.ok(error instanceof PayloadRefused, String(error));
        assert.equal(error.code, "XAmzContentSHA256Mismatch");
        return true;
      });
    }
  });
}

test("one changed byte anywhere is seen, many bodies at a time, some of them given up", async () => {
  const rounds = Array.from({ length: 12 }, async (_, round) => {
    const payload = (at: number) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      return payloadSignedFor(digest(bytes), fleeting(changed, 65_536));
    };
    await assert.rejects(digestOf(payload(round * 700_001)), PayloadRefused);
    const left = payload(0)[Symbol.asyncIterator]();
    for (let taken = 0; taken < 5; taken += 1) await left.next();
    await left.return?.();
    assert.equal(await digestOf(payloadSignedFor(digest(bytes), fleeting(bytes, 65_536))), digest(bytes));
  });
  await Promise.all(rounds);
});

test("a body that is cut fails with its own failure", async () => {
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield* fleeting(bytes.subarray(0, 3 * MiB), 65_536);
    throw new Error("cut");
  }
  await assert.rejects(digestOf(payloadSignedFor(digest(bytes), cut())), /cut/);
});

test("only what is large goes to the other thread", () => {
  const head = (...sizes: string[]) => ({
    ...{ method: "PUT", target: "/b/k" },
    headers: sizes.map((sizeBytes) => ["content-length", sizeBytes] as [string, string]),
  });
  const rest = { checksums: [], decodedLength: undefined, trailer: undefined };
  const covered = { payload: { ...rest, mode: { kind: "hash", sha256: digest(bytes) } } } as const;
  const uncovered = { payload: { ...rest, mode: { kind: "unsigned" } } } as const;
  for (const sizes of [["0"], ["1048576"], ["none"], [""], []]) {
    assert.equal(hashedBeside(head(...sizes), covered, fleeting(bytes, MiB)), undefined);
  }
  assert.notEqual(hashedBeside(head("1048577"), covered, fleeting(bytes, MiB)), undefined);
  assert.equal(hashedBeside(head("1048577"), uncovered, fleeting(bytes, MiB)), undefined);
});
