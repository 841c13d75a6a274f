import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkSigner, payloadOf, PayloadRefused, presign, readClaim, signRequest, verifyClaim } from "./index.ts";
import type { HttpRequestHead } from "../http.ts";
import type { Claim, Signed, Signer } from "./index.ts";
import { checksum } from "./checksum.ts";
import { sha256Hex } from "./signing-key.ts";

const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const now = new Date("2013-05-24T00:00:00Z");
const signer: Signer = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: secret,
  region: "us-east-1",
  service: "s3",
  now,
  pathStyle: "s3",
};

// The two worked examples of the Amazon S3 API Reference: "Transferring payload in multiple chunks".
const exampleHeaders = {
  host: "s3.amazonaws.com",
  "x-amz-storage-class": "REDUCED_REDUNDANCY",
  "content-encoding": "aws-chunked",
  "x-amz-decoded-content-length": "66560",
  "content-length": "66824",
};
const exampleChunks = [Buffer.alloc(65536, "a"), Buffer.alloc(1024, "a"), Buffer.alloc(0)];

function head(
  headers: Record<string, string>,
  target = "/examplebucket/chunkObject.txt",
  method = "PUT",
): HttpRequestHead {
  return { method, target, headers: Object.entries(headers) };
}

function believed(signed: Signed): { claim: Claim; signingKey: Uint8Array } {
  const claim = readClaim(signed.head);
  assert.ok(!("refused" in claim), JSON.stringify(claim));
  const verdict = verifyClaim(signed.head, claim, secret, { now, region: "us-east-1", service: "s3", pathStyle: "s3" });
  assert.ok("held" in verdict, JSON.stringify(verdict));
  return { claim, signingKey: verdict.signingKey };
}

/** The body in pieces of `pieceBytes`, so that every line is also seen cut in two. */
async function* pieces(body: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let i = 0; i < body.length; i += pieceBytes) yield body.subarray(i, i + pieceBytes);
}

async function read(
  signed: Signed,
  body: Uint8Array,
  pieceBytes = 16384,
): Promise<{ bytes: Buffer; checksums: ReadonlyMap<string, string> }> {
  const { claim, signingKey } = believed(signed);
  const payload = payloadOf(claim, signingKey, pieces(body, pieceBytes));
  const parts: Uint8Array[] = [];
  for await (const part of payload) parts.push(Buffer.from(part));
  return { bytes: Buffer.concat(parts), checksums: payload.checksums };
}

async function refused(signed: Signed, body: Uint8Array, code: string, pieceBytes = 16384): Promise<void> {
  await assert.rejects(read(signed, body, pieceBytes), (error) => {
    assert.ok(error instanceof PayloadRefused, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

const signatureIn = (chunk: Buffer) =>
  /chunk-signature=([0-9a-f]{64})|trailer-signature:([0-9a-f]{64})/
    .exec(chunk.toString("latin1"))
    ?.slice(1)
    .find(Boolean);

test("the documented chunked upload has the published signatures", async () => {
  const signed = signRequest(head(exampleHeaders), signer, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  assert.equal(signed.signature, "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9");
  const chunker = new ChunkSigner(signed, signer);
  const chunks = exampleChunks.map((data) => chunker.chunk(data));
  assert.deepEqual(chunks.map(signatureIn), [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
  ]);
  const body = Buffer.concat([...chunks, Buffer.from("\r\n")]);
  assert.equal(body.length, 66824);
  for (const pieceBytes of [1, 7, 4096, 100000]) {
    const { bytes } = await read(signed, body, pieceBytes);
    assert.equal(sha256Hex(bytes), sha256Hex(Buffer.alloc(66560, "a")));
  }
});

function trailerExample(): { signed: Signed; chunks: Buffer[]; trailer: Buffer } {
  // The published example signs no Content-Length.
  const { "content-length": length, ...headers } = { ...exampleHeaders, "x-amz-trailer": "x-amz-checksum-crc32c" };
  assert.equal(length, "66824");
  const signed = signRequest(head(headers), signer, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
  const chunker = new ChunkSigner(signed, signer);
  const chunks = exampleChunks.map((data) => chunker.chunk(data));
  return { signed, chunks, trailer: chunker.trailer("x-amz-checksum-crc32c", "sOO8/Q==") };
}

test("the documented chunked upload with a trailer has the published signatures", async () => {
  const { signed, chunks, trailer } = trailerExample();
  assert.equal(signed.signature, "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
  assert.deepEqual([...chunks, trailer].map(signatureIn), [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
  ]);
  const { checksums } = await read(signed, Buffer.concat([...chunks, trailer]));
  assert.deepEqual([...checksums], [["crc32c", "sOO8/Q=="]]);
});

test("a signed chunked body is refused after any of its bytes changes", async () => {
  const headers = { host: "h", "x-amz-decoded-content-length": "20", "x-amz-trailer": "x-amz-checksum-sha256" };
  const signed = signRequest(head(headers), signer, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
  const chunker = new ChunkSigner(signed, signer);
  const data = [Buffer.from("0123456789"), Buffer.from("abcdefghij"), Buffer.alloc(0)];
  const digest = checksum("sha256");
  for (const part of data) digest.update(part);
  const body = Buffer.concat([
    ...data.map((part) => chunker.chunk(part)),
    chunker.trailer("x-amz-checksum-sha256", Buffer.from(digest.digest()).toString("base64")),
  ]);
  assert.equal((await read(signed, body, 5)).bytes.toString(), "0123456789abcdefghij");
  for (let i = 0; i < body.length; i += 1) {
    for (const bit of [1, 32]) {
      const changed = Buffer.from(body);
      changed[i] = (changed[i] ?? 0) ^ bit;
      if (changed.toString("latin1").toLowerCase() === body.toString("latin1").toLowerCase() && isCaseFree(body, i))
        continue;
      await assert.rejects(
        read(signed, changed),
        PayloadRefused,
        `byte ${i}: ${JSON.stringify(changed.toString("latin1"))}`,
      );
    }
  }
  for (let length = 0; length < body.length; length += 1)
    await assert.rejects(read(signed, body.subarray(0, length)), PayloadRefused);
});

/** Chunk sizes in hexadecimal and the names of trailers may be written in either case. */
function isCaseFree(body: Buffer, index: number): boolean {
  const text = body.toString("latin1");
  const line = text.slice(text.lastIndexOf("\n", index - 1) + 1, index + 1);
  return (
    !line.includes(";") &&
    !line.includes(":") &&
    !/^(0123456789|abcdefghij)/.test(text.slice(text.lastIndexOf("\n", index - 1) + 1))
  );
}

test("chunks in another order, chunks left out and a body without its last chunk are refused", async () => {
  const headers = { host: "h", "x-amz-decoded-content-length": "20" };
  const signed = signRequest(head(headers), signer, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const chunker = new ChunkSigner(signed, signer);
  const [one, two, last] = [Buffer.from("0123456789"), Buffer.from("abcdefghij"), Buffer.alloc(0)].map((data) =>
    chunker.chunk(data),
  ) as [Buffer, Buffer, Buffer];
  const end = Buffer.from("\r\n");
  await read(signed, Buffer.concat([one, two, last, end]));
  await refused(signed, Buffer.concat([two, one, last, end]), "SignatureDoesNotMatch");
  await refused(signed, Buffer.concat([two, last, end]), "SignatureDoesNotMatch");
  await refused(signed, Buffer.concat([one, last, end]), "SignatureDoesNotMatch");
  await refused(signed, Buffer.concat([one, two]), "IncompleteBody");
  await refused(signed, Buffer.concat([one, two, last, end, one]), "IncompleteBody");
  await refused(signed, Buffer.from("a\r\n0123456789\r\n0\r\n\r\n"), "SignatureDoesNotMatch");
});

test("the decoded length is verified", async () => {
  const headers = { host: "h", "x-amz-decoded-content-length": "21" };
  const signed = signRequest(head(headers), signer, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const chunker = new ChunkSigner(signed, signer);
  const body = Buffer.concat([chunker.chunk(Buffer.alloc(20)), chunker.chunk(Buffer.alloc(0)), Buffer.from("\r\n")]);
  await refused(signed, body, "IncompleteBody");
});

test("in the unsigned trailer mode the checksum is demanded and verified", async () => {
  const headers = {
    host: "h",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": "9",
    "x-amz-trailer": "x-amz-checksum-crc32",
  };
  const signed = signRequest(head(headers), signer, "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
  const body = (trailer: string, data = "123456789") => Buffer.from(`9\r\n${data}\r\n0\r\n${trailer}\r\n`);
  const { bytes, checksums } = await read(signed, body("x-amz-checksum-crc32:y/Q5Jg==\r\n"), 3);
  assert.equal(bytes.toString(), "123456789");
  assert.equal(checksums.get("crc32"), "y/Q5Jg==");
  await refused(signed, body("x-amz-checksum-crc32:y/Q5Jg==\r\n", "123456780"), "BadDigest");
  await refused(signed, body(""), "MalformedTrailerError");
  await refused(signed, body("x-amz-checksum-crc32:y/Q5\r\n"), "InvalidRequest");
  await refused(signed, body("x-amz-checksum-sha1:y/Q5Jg==\r\n"), "MalformedTrailerError");
});

test("a hashed body is refused when it is not the one that was hashed", async () => {
  const signed = signRequest(head({ host: "h" }), signer, sha256Hex("hello"));
  assert.equal((await read(signed, Buffer.from("hello"))).bytes.toString(), "hello");
  await refused(signed, Buffer.from("hellp"), "XAmzContentSHA256Mismatch");
  await refused(signed, Buffer.from("hell"), "XAmzContentSHA256Mismatch");
});

test("checksums in headers are verified in every mode, presigned too", async () => {
  for (const [algorithm, digest] of [
    ["crc32", "y/Q5Jg=="],
    ["crc32c", "4waSgw=="],
    ["crc64nvme", "rosUhgp5mIg="],
    ["sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="],
    ["sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="],
  ]) {
    const signed = signRequest(
      head({ host: "h", [`x-amz-checksum-${algorithm ?? ""}`]: digest ?? "" }),
      signer,
      "UNSIGNED-PAYLOAD",
    );
    assert.equal((await read(signed, Buffer.from("123456789"), 2)).checksums.get(algorithm ?? ""), digest);
    await refused(signed, Buffer.from("123456780"), "BadDigest");
  }
  const md5 = signRequest(head({ host: "h", "content-md5": "JfnnlDI7RTiF9RgfG2JNCw==" }), signer, "UNSIGNED-PAYLOAD");
  await read(md5, Buffer.from("123456789"));
  await refused(md5, Buffer.from("12345678"), "BadDigest");
  const short = signRequest(head({ host: "h", "content-md5": "bad" }), signer, "UNSIGNED-PAYLOAD");
  await refused(short, Buffer.from("123456789"), "InvalidDigest");
  const presigned = presign(head({ host: "h", "x-amz-checksum-crc32": "y/Q5Jg==" }), signer, 60, "UNSIGNED-PAYLOAD");
  await read(presigned, Buffer.from("123456789"));
  await refused(presigned, Buffer.from("x"), "BadDigest");
});

test("the checksum in a request that completes an upload is the object's, not the body's", async () => {
  const complete = head({ host: "h", "x-amz-checksum-crc32": "AAAAAA==" }, "/b/k?uploadId=x", "POST");
  await read(signRequest(complete, signer, "UNSIGNED-PAYLOAD"), Buffer.from("<CompleteMultipartUpload/>"));
});
