import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { test } from "node:test";
import { ChunkSigner, payloadOf, PayloadRefused, readClaim, signRequest, verifyClaim } from "@strongroom/wire";
import type { Signed, VerifiedPayload } from "@strongroom/wire";
import { largeBody, LargeBody } from "./large-body.ts";

const MiB = 1024 * 1024;
const bytes = randomBytes(9 * MiB + 5);
const digest = (of: Uint8Array) => createHash("sha256").update(of).digest("hex");
const place = { region: "us-east-1", service: "s3", pathStyle: "s3", now: new Date("2026-11-23T10:00:00Z") } as const;
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

function* pieces(of: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < of.byteLength; at += pieceBytes) yield of.subarray(at, at + pieceBytes);
}

const signer = { ...place, accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey };

const signed = (contentSha256: string, ...headers: readonly (readonly [string, string])[]): Signed =>
  signRequest({ method: "PUT", target: "/b/k", headers: [["host", "s3.test"], ...headers] }, signer, contentSha256);

/** The body as the gate reads it. */
function payloadOfSigned({ head }: Signed, body: AsyncIterable<Uint8Array>, isChunked: boolean): VerifiedPayload {
  const claim = readClaim(head);
  assert.ok(!("refused" in claim));
  const verdict = verifyClaim(head, claim, secretAccessKey, place);
  assert.ok("held" in verdict);
  const large = new LargeBody(body, isChunked);
  return payloadOf(claim, verdict.signingKey, large.source, large);
}

/** Where the head was signed for the body's `claimed` digest. */
const payloadSignedFor = (claimed: string, body: AsyncIterable<Uint8Array>): VerifiedPayload =>
  payloadOfSigned(signed(claimed), body, false);

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

const refusedAs = (code: string) => (error: unknown) => {
  assert.ok(error instanceof PayloadRefused, String(error));
  assert.equal(error.code, code);
  return true;
};
const base64 = (algorithm: string, of: Uint8Array) => createHash(algorithm).update(of).digest("base64");

for (const sizeBytes of [0, 5, MiB, 4 * MiB + 1]) {
  test(`the digests that the head of ${sizeBytes} bytes claims are told once they held, under every cover`, async () => {
    const body = bytes.subarray(0, sizeBytes);
    for (const cover of [digest(body), "UNSIGNED-PAYLOAD"]) {
      const headOf = (md5: string, sha256: string) =>
        signed(cover, ["content-md5", md5], ["x-amz-checksum-sha256", sha256]);
      const read = (head: Signed) => payloadOfSigned(head, fleeting(body, 65_536), false);
      const payload = read(headOf(base64("md5", body), base64("sha256", body)));
      assert.deepEqual([...payload.claimed], ["md5", "sha256"]);
      assert.equal(await digestOf(payload), digest(body));
      const told = [
        ["md5", base64("md5", body)],
        ["sha256", base64("sha256", body)],
      ];
      assert.deepEqual([...payload.checksums], told);
      const other = randomBytes(3);
      const wrongMd5 = read(headOf(base64("md5", other), base64("sha256", body)));
      await assert.rejects(digestOf(wrongMd5), refusedAs("BadDigest"));
      const wrongSha256 = read(headOf(base64("md5", body), base64("sha256", other)));
      await assert.rejects(digestOf(wrongSha256), refusedAs("BadDigest"));
    }
  });
}

/** The body in chunks, signed or not, with its CRC32 behind them. */
function chunked(body: Uint8Array, chunkBytes: number, isSigned: boolean): { head: Signed; framed: Buffer } {
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  const [name, value] = ["x-amz-checksum-crc32", crc.toString("base64")];
  const head = signed(
    isSigned ? "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" : "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    ["content-encoding", "aws-chunked"],
    ["x-amz-decoded-content-length", String(body.byteLength)],
    ["x-amz-trailer", name],
  );
  const chunks = [...pieces(body, chunkBytes), new Uint8Array(0)];
  const chunkSigner = new ChunkSigner(head, signer);
  const unsigned = (chunk: Uint8Array) => [
    Buffer.from(`${chunk.byteLength.toString(16)}\r\n`),
    chunk,
    Buffer.from(chunk.byteLength === 0 ? "" : "\r\n"),
  ];
  const framed = isSigned
    ? [...chunks.map((chunk) => chunkSigner.chunk(chunk)), chunkSigner.trailer(name, value)]
    : [...chunks.flatMap(unsigned), Buffer.from(`${name}:${value}\r\n\r\n`)];
  return { head, framed: Buffer.concat(framed) };
}

for (const sizeBytes of [1, MiB, MiB + 1, 4 * MiB, 9 * MiB + 5]) {
  test(`${sizeBytes} bytes in chunks come out in batches, in pieces of any size`, async () => {
    const body = bytes.subarray(0, sizeBytes);
    for (const isSigned of [true, false]) {
      for (const [chunkBytes, pieceBytes] of [
        [8192, 16_384],
        [65_536, 100_003],
        [MiB, MiB],
        [3 * MiB, 65_536],
      ] as const) {
        const { head, framed } = chunked(body, chunkBytes, isSigned);
        const sizes: number[] = [];
        const seen = createHash("sha256");
        const payload = payloadOfSigned(head, fleeting(framed, pieceBytes), true);
        for await (const batch of payload) {
          seen.update(batch);
          sizes.push(batch.byteLength);
        }
        assert.equal(seen.digest("hex"), digest(body));
        assert.ok(
          sizes.slice(0, -1).every((size) => size === MiB),
          String(sizes),
        );
        assert.equal(payload.checksums.size, 1);
      }
    }
  });
}

test("one changed byte of a body in chunks is seen, wherever it is", async () => {
  for (const isSigned of [true, false]) {
    const { head, framed } = chunked(bytes, 65_536, isSigned);
    for (let at = 17; at < framed.byteLength; at += 1_500_007) {
      const changed = Buffer.from(framed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await assert.rejects(digestOf(payloadOfSigned(head, fleeting(changed, 65_536), true)), PayloadRefused);
    }
  }
});

test("only what is large is read in batches", () => {
  const head = (...sizes: string[]) => ({
    ...{ method: "PUT", target: "/b/k" },
    headers: sizes.map((sizeBytes) => ["content-length", sizeBytes] as [string, string]),
  });
  const rest = { checksums: [], decodedLength: undefined, trailer: undefined };
  const whole = { payload: { ...rest, mode: { kind: "unsigned" } } } as const;
  const inChunks = (decodedLength: number) => ({
    payload: { ...rest, decodedLength, mode: { kind: "unsigned-trailer" } as const },
  });
  const body = fleeting(bytes, MiB);
  for (const sizes of [["0"], ["1048576"], ["none"], [""], []]) {
    assert.equal(largeBody(head(...sizes), whole, body), undefined);
  }
  assert.notEqual(largeBody(head("1048577"), whole, body), undefined);
  // Frames count for nothing: a small body in many chunks is a small body.
  assert.equal(largeBody(head("9000000"), inChunks(1_048_576), body), undefined);
  assert.notEqual(largeBody(head("9000000"), inChunks(1_048_577), body), undefined);
});
