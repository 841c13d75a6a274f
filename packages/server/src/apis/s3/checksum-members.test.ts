import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerCall } from "../operation.ts";
import { claimsOf, demandDigest } from "./checksum-members.ts";
import type { BodyInput } from "./checksum-members.ts";

const invalid = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Error);
  assert.equal((error as Error & { code?: string }).code, "InvalidRequest");
  assert.match(error.message, message);
  return true;
};
const trailerOf = (name: string) => ({ "x-amz-trailer": `x-amz-checksum-${name}` });

const claims = (input: BodyInput, headers: Readonly<Record<string, string>> = {}) =>
  claimsOf({ ContentLength: 1, ...input }, { headers, authority: {} as ServerCall["authority"] });

test("the algorithm is that of the value, or of the trailer", () => {
  assert.equal(claims({ ChecksumSHA256: "x" }).algorithm, "SHA256");
  assert.equal(claims({ ChecksumSHA256: "x", ChecksumAlgorithm: "SHA256" }).checksum, "x");
  assert.equal(claims({ ChecksumAlgorithm: "CRC32" }, trailerOf("crc32")).algorithm, "CRC32");
  assert.equal(claims({}).algorithm, undefined);
});

test("an algorithm that is named has to be the one that comes", () => {
  const wrong = invalid(/^Value for x-amz-sdk-checksum-algorithm header is invalid\.$/);
  assert.throws(() => claims({ ChecksumAlgorithm: "CRC32", ChecksumSHA256: "x" }), wrong);
  assert.throws(() => claims({ ChecksumAlgorithm: "CRC32" }, trailerOf("sha256")), wrong);
  const alone = invalid(
    /^x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-\* or x-amz-trailer/,
  );
  assert.throws(() => claims({ ChecksumAlgorithm: "CRC32" }), alone);
});

test("a body has one checksum, be it before or behind it", () => {
  const several = invalid(/^Expecting a single x-amz-checksum- header\. Multiple checksum Types are not allowed\.$/);
  assert.throws(() => claims({ ChecksumSHA256: "x", ChecksumCRC32: "y" }), several);
  assert.throws(() => claims({ ChecksumSHA256: "x" }, trailerOf("crc32")), several);
});

test("a document that needs a digest takes any of them, but not the name of one", () => {
  const missing = invalid(/^Missing required header for this request: Content-MD5$/);
  assert.throws(() => {
    demandDigest({ "x-amz-sdk-checksum-algorithm": "CRC32" });
  }, missing);
  for (const name of ["content-md5", "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1", "x-amz-trailer"]) {
    demandDigest({ [name]: "x" });
  }
});
