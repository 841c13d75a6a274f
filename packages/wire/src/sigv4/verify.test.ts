import assert from "node:assert/strict";
import { test } from "node:test";
import { readClaim, signRequest, verifyClaim } from "./index.ts";

const region = "us-east-1";
const now = new Date("2026-11-23T10:00:00Z");
const accessKeyId = "AKIAEXAMPLE000000001";

function verdict(signedWith: string, secret: string | undefined, at = now, service = "s3"): boolean {
  const head = { method: "GET", target: "/bucket/key", headers: [["host", "localhost"]] as const };
  const signer = { accessKeyId, secretAccessKey: signedWith, region, service, now: at, pathStyle: "s3" as const };
  const signed = signRequest(head, signer, "0".repeat(64)).head;
  const claim = readClaim(signed);
  assert.ok(!("refused" in claim));
  return !("refused" in verifyClaim(signed, claim, secret, { now: at, region, service, pathStyle: "s3" }));
}

test("one access key's requests hold with its secret of now, and with no other of before or after", () => {
  const [before, after] = ["a".repeat(40), "b".repeat(40)];
  for (let round = 0; round < 3; round += 1) {
    assert.ok(verdict(before, before));
    assert.ok(!verdict(before, after));
    assert.ok(verdict(after, after));
    assert.ok(!verdict(after, before));
    // The key is gone: what signed well a moment ago does no more.
    assert.ok(!verdict(before, undefined));
    assert.ok(!verdict("0".repeat(40), undefined));
  }
});

test("a header that is signed and not sent is told from one that is sent and not signed", () => {
  const target = "/bucket/key";
  const signer = { accessKeyId, secretAccessKey: "a".repeat(40), region, service: "s3", now, pathStyle: "s3" as const };
  const meta = ["x-amz-meta-a", "1"] as const;
  const head = { method: "GET", target, headers: [["host", "localhost"] as const, meta] };
  const signed = signRequest(head, signer, "0".repeat(64)).head;
  const messageOf = (sent: typeof signed): string => {
    const claim = readClaim(sent);
    assert.ok(!("refused" in claim));
    const verdict = verifyClaim(sent, claim, signer.secretAccessKey, { now, region, service: "s3", pathStyle: "s3" });
    return "refused" in verdict ? verdict.message : "";
  };
  assert.equal(messageOf(signed), "");
  const less = { ...signed, headers: signed.headers.filter(([name]) => name !== meta[0]) };
  assert.equal(messageOf(less), "The header x-amz-meta-a is among the signed headers but was not sent.");
  const more = { ...signed, headers: [...signed.headers, ["x-amz-meta-b", "1"] as const] };
  assert.equal(messageOf(more), "The header x-amz-meta-b was sent but is not among the signed headers.");
});

test("days and services have keys of their own", () => {
  const secret = "c".repeat(40);
  for (const at of [now, new Date("2026-11-24T10:00:00Z")]) {
    for (const service of ["s3", "kms"]) {
      for (let round = 0; round < 2; round += 1) {
        assert.ok(verdict(secret, secret, at, service));
        assert.ok(!verdict(`${secret}d`, secret, at, service));
      }
    }
  }
});

test("more keys than are remembered are verified all the same", () => {
  for (let at = 0; at < 2500; at += 1) {
    const secret = String(at).padStart(40, "x");
    const day = new Date(now.getTime() + at * 86_400_000);
    assert.ok(verdict(secret, secret, day));
  }
});
