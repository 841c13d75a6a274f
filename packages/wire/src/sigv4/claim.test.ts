import assert from "node:assert/strict";
import { test } from "node:test";
import { presign, readClaim, signRequest, verifyClaim } from "./index.ts";
import type { HttpRequestHead } from "../http.ts";
import type { Refusal, Signer, VerifyOptions } from "./index.ts";
import { canonicalRequest } from "./canonical.ts";
import { scopeText, sha256Hex, signatureOf, signingKey } from "./signing-key.ts";
import { timestampOf } from "./timestamp.ts";

// One test for every rule of verification, named by what an attacker or a broken client would send.
const secret = "a-secret-of-forty-characters-0123456789x";
const now = new Date("2026-03-01T12:00:00Z");
const empty = sha256Hex("");
const s3: Signer = {
  accessKeyId: "AKIAEXAMPLE000000000",
  secretAccessKey: secret,
  region: "us-east-1",
  service: "s3",
  now,
  pathStyle: "s3",
};
const kms: Signer = { ...s3, service: "kms", pathStyle: "normalized" };
const asS3: VerifyOptions = { now, region: "us-east-1", service: "s3", pathStyle: "s3" };
const asKms: VerifyOptions = { now, region: "us-east-1", service: "kms", pathStyle: "normalized" };

function get(target: string, headers: Record<string, string> = {}): HttpRequestHead {
  return { method: "GET", target, headers: Object.entries({ host: "localhost:8443", ...headers }) };
}

function judge(head: HttpRequestHead, options: VerifyOptions = asS3, key = secret): "held" | Refusal {
  const claim = readClaim(head);
  if ("refused" in claim) return claim;
  const verdict = verifyClaim(head, claim, key, options);
  return "held" in verdict ? "held" : verdict;
}

function refused(head: HttpRequestHead, reason: Refusal["reason"], options: VerifyOptions = asS3): Refusal {
  const verdict = judge(head, options);
  assert.notEqual(verdict, "held");
  assert.equal((verdict as Refusal).reason, reason, JSON.stringify(verdict));
  return verdict as Refusal;
}

const withTarget = (head: HttpRequestHead, target: string): HttpRequestHead => ({ ...head, target });
const without = (head: HttpRequestHead, name: string): HttpRequestHead => ({
  ...head,
  headers: head.headers.filter(([given]) => given !== name),
});
const plus = (head: HttpRequestHead, name: string, value: string): HttpRequestHead => ({
  ...head,
  headers: [...head.headers, [name, value]],
});
const replaced = (head: HttpRequestHead, name: string, change: (value: string) => string): HttpRequestHead => ({
  ...head,
  headers: head.headers.map(([given, value]) => [given, given === name ? change(value) : value]),
});

test("1: S3's path is never normalised, other paths are normalised and encoded again", () => {
  for (const path of ["/b//k", "/b/./k", "/b/../k", "/b/a%20b", "/b/%E1%88%B4", "/b/a+b", "/b/(x)!*'"]) {
    assert.equal(judge(signRequest(get(path), s3, empty).head), "held", path);
  }
  const dotted = signRequest(get("/b/../k"), s3, empty).head;
  refused(withTarget(dotted, "/k"), "signature");
  refused(withTarget(signRequest(get("/b//k"), s3, empty).head, "/b/k"), "signature");
  refused(withTarget(signRequest(get("/b/a/k"), s3, empty).head, "/b/a%2Fk"), "signature");
  refused(withTarget(signRequest(get("/b/a%2Fk"), s3, empty).head, "/b/a/k"), "signature");
  assert.equal(judge(withTarget(signRequest(get("/k"), kms, empty).head, "/b/..//./k"), asKms), "held");
  // The doubly encoded form is what is signed: one encoding fewer is another name.
  refused(withTarget(signRequest(get("/a%20b"), kms, empty).head, "/a%2520b"), "signature", asKms);
  refused(signRequest(get("/a%20b"), { ...kms, pathStyle: "s3" }, empty).head, "signature", asKms);
  for (const target of ["*", "http://localhost/b/k", "b/k", "/\u1234"])
    refused(withTarget(dotted, target), "malformed");
});

test("2: an unknown payload mode is refused, and so is one that the service has not", () => {
  for (const mode of [
    "STREAMING",
    "unsigned-payload",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "",
    "0".repeat(63),
    "A".repeat(64),
  ]) {
    refused(signRequest(get("/b/k"), s3, mode).head, "malformed");
  }
  refused(without(signRequest(get("/b/k"), s3, "UNSIGNED-PAYLOAD").head, "x-amz-content-sha256"), "unsupported");
  refused(signRequest(get("/"), kms, "UNSIGNED-PAYLOAD").head, "unsupported", asKms);
  refused(signRequest(get("/b/k", { "content-encoding": "aws-chunked" }), s3, "UNSIGNED-PAYLOAD").head, "malformed");
});

test("3: the chunked modes need the decoded length, and the trailer modes a known checksum", () => {
  const chunked = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  refused(signRequest(get("/b/k"), s3, chunked).head, "malformed");
  refused(signRequest(get("/b/k", { "x-amz-decoded-content-length": "-1" }), s3, chunked).head, "malformed");
  const sized = { "x-amz-decoded-content-length": "5" };
  assert.equal(judge(signRequest(get("/b/k", sized), s3, chunked).head), "held");
  refused(signRequest(get("/b/k", sized), s3, "STREAMING-UNSIGNED-PAYLOAD-TRAILER").head, "malformed");
  refused(
    signRequest(get("/b/k", { ...sized, "x-amz-trailer": "x-amz-meta-a" }), s3, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
      .head,
    "malformed",
  );
  refused(
    signRequest(get("/b/k", { ...sized, "x-amz-trailer": "x-amz-checksum-crc32" }), s3, chunked).head,
    "malformed",
  );
  refused(signRequest(get("/b/k", { "x-amz-checksum-xxhash3": "AAAA" }), s3, empty).head, "unsupported");
});

test("4: where no hash is sent, the body's own hash is what was signed", () => {
  const head = without(signRequest(get("/"), kms, sha256Hex("{}")).head, "x-amz-content-sha256");
  const signed = signWithoutHash("{}");
  assert.equal(judge(signed, { ...asKms, bodySha256: sha256Hex("{}") }), "held");
  refused(signed, "signature", { ...asKms, bodySha256: sha256Hex("[]") });
  refused(signed, "signature", asKms);
  refused(head, "signature", { ...asKms, bodySha256: sha256Hex("{}") });
});

/** What boto3 sends outside S3: no x-amz-content-sha256 at all. Presigning signs no header of its own. */
function signWithoutHash(body: string): HttpRequestHead {
  return presign({ ...get("/"), method: "POST" }, kms, 60, sha256Hex(body)).head;
}

test("5: host and every x-amz- header must be signed, and a signed header must be there", () => {
  const head = signRequest(get("/b/k", { "x-amz-acl": "private", "content-type": "a/b" }), s3, empty).head;
  assert.equal(judge(head), "held");
  refused(plus(head, "x-amz-meta-added", "1"), "signature");
  refused(plus(signRequest(get("/b/k"), s3, empty).head, "x-amz-copy-source", "/b/secret"), "signature");
  refused(without(head, "content-type"), "signature");
  refused(without(head, "x-amz-date"), "malformed");
  const unlisted = replaced(head, "authorization", (value) => value.replace("host;", ""));
  refused(unlisted, "signature");
  const presigned = presign(get("/b/k"), s3, 60, "UNSIGNED-PAYLOAD").head;
  refused(plus(presigned, "x-amz-acl", "public-read"), "signature");
  refused(
    replaced(head, "authorization", (value) => value.replace("content-type;host", "host;content-type")),
    "malformed",
  );
  refused(
    replaced(head, "authorization", (value) => value.replace("host;", "host;host;")),
    "malformed",
  );
});

test("6: the clock may differ by 15 minutes, a presigned request lives as long as it says, dates are real", () => {
  const at = (seconds: number): VerifyOptions => ({ ...asS3, now: new Date(now.getTime() + seconds * 1000) });
  const head = signRequest(get("/b/k"), s3, empty).head;
  for (const seconds of [-900, 0, 900]) assert.equal(judge(head, at(seconds)), "held");
  for (const seconds of [-901, 901]) assert.equal(refused(head, "skewed", at(seconds)).code, "RequestTimeTooSkewed");
  const presigned = presign(get("/b/k"), s3, 3600, "UNSIGNED-PAYLOAD").head;
  assert.equal(judge(presigned, at(3600)), "held");
  assert.equal(refused(presigned, "expired", at(3601)).code, "AccessDenied");
  refused(presigned, "skewed", at(-901));
  for (const seconds of [0, -1, 604_801, 1.5])
    refused(presign(get("/b/k"), s3, seconds, "UNSIGNED-PAYLOAD").head, "malformed");
  assert.equal(judge(presign(get("/b/k"), s3, 604_800, "UNSIGNED-PAYLOAD").head, at(604_800)), "held");
  refused(withTarget(presigned, presigned.target.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601")), "signature");
  for (const stamp of [
    "20260230T120000Z",
    "20260301T250000Z",
    "2026-03-01T12:00:00Z",
    "20260301T120000",
    "yesterday",
  ]) {
    refused(
      replaced(head, "x-amz-date", () => stamp),
      "malformed",
    );
  }
  refused(
    replaced(head, "x-amz-date", () => "20260302T000000Z"),
    "malformed",
  );
});

/** Signed by hand: the project's own signer says its time in x-amz-date. */
function signedOver(date: string, names: readonly string[], stamp = timestampOf(now)): HttpRequestHead {
  const head = get("/b/k", { date, "x-amz-content-sha256": empty });
  const scope = { date: stamp.slice(0, 8), region: s3.region, service: s3.service };
  const canonical = canonicalRequest(head, {
    path: "/b/k",
    query: [],
    pathStyle: "s3",
    signedHeaders: names,
    payloadHash: empty,
  });
  const text = ["AWS4-HMAC-SHA256", stamp, scopeText(scope), sha256Hex(canonical)].join("\n");
  const signature = signatureOf(signingKey(secret, scope), text);
  const credential = `${s3.accessKeyId}/${scopeText(scope)}`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return plus(head, "authorization", authorization);
}

test("6: where no x-amz-date is sent, the time is that of Date, which then must be signed", () => {
  const all = ["date", "host", "x-amz-content-sha256"];
  for (const date of ["Sun, 01 Mar 2026 12:00:00 GMT", "20260301T120000Z"]) {
    assert.equal(judge(signedOver(date, all)), "held", date);
  }
  refused(signedOver("Sun, 01 Mar 2026 12:00:00 GMT", ["host", "x-amz-content-sha256"]), "signature");
  refused(signedOver("Sun, 01 Mar 2026 11:44:59 GMT", all, "20260301T114459Z"), "skewed");
  // The two may not be played off against each other: the stamp that counts is signed, and is the one that is looked at.
  const head = signedOver("Sun, 01 Mar 2026 12:00:00 GMT", all);
  refused(plus(head, "x-amz-date", "20260301T120000Z"), "signature");
  refused(plus(head, "date", "Sun, 01 Mar 2026 12:00:00 GMT"), "malformed");
  for (const date of [
    "Mon, 01 Mar 2026 12:00:00 GMT",
    "Sun, 1 Mar 2026 12:00:00 GMT",
    "Sun Mar  1 12:00:00 2026",
    "now",
  ]) {
    refused(signedOver(date, all), "malformed");
  }
});

test("7: region, service and terminator match exactly, a temporary key brings its token, signed", () => {
  const head = signRequest(get("/b/k"), s3, empty).head;
  refused(head, "malformed", { ...asS3, region: "us-west-2" });
  refused(head, "malformed", { ...asS3, service: "kms" });
  refused(
    replaced(head, "authorization", (value) => value.replace("aws4_request", "aws4_Request")),
    "malformed",
  );
  refused(
    replaced(head, "authorization", (value) => value.replace("/us-east-1/", "/us-east-1/extra/")),
    "malformed",
  );
  const temporary = { ...s3, accessKeyId: "ASIAEXAMPLE000000000" };
  refused(signRequest(get("/b/k"), temporary, empty).head, "token");
  const withToken = signRequest(get("/b/k"), { ...temporary, sessionToken: "token-1" }, empty).head;
  assert.equal(judge(withToken), "held");
  refused(
    replaced(withToken, "x-amz-security-token", () => "token-2"),
    "signature",
  );
  refused(plus(signRequest(get("/b/k"), s3, empty).head, "x-amz-security-token", "token-1"), "signature");
  refused(plus(withToken, "x-amz-security-token", "token-2"), "token");
  const presigned = presign(get("/b/k"), { ...temporary, sessionToken: "a+/b" }, 60, "UNSIGNED-PAYLOAD").head;
  assert.equal(judge(presigned), "held");
  refused(plus(presigned, "x-amz-security-token", "token-2"), "token");
});

test("8: one Host, one form of authentication, each parameter once; pairs sorted by bytes", () => {
  const head = signRequest(get("/b/k"), s3, empty).head;
  refused(plus(head, "host", "localhost:8443"), "malformed");
  refused(without(head, "host"), "malformed");
  refused(plus(head, "authorization", "AWS4-HMAC-SHA256 x"), "malformed");
  const presigned = presign(get("/b/k"), s3, 60, "UNSIGNED-PAYLOAD").head;
  refused(
    plus(presigned, "authorization", head.headers.find(([name]) => name === "authorization")?.[1] ?? ""),
    "malformed",
  );
  for (const extra of [
    "X-Amz-Signature=00",
    "x-amz-signature=00",
    "X-Amz-Credential=a",
    "Signature=a",
    "AWSAccessKeyId=a",
  ]) {
    refused(withTarget(head, `/b/k?${extra}`), "malformed");
  }
  refused(withTarget(presigned, `${presigned.target}&X-Amz-Expires=604800`), "malformed");
  refused(withTarget(presigned, `${presigned.target}&versionId=2`), "signature");
  assert.equal(judge(signRequest(get("/b?b=2&a=2&a=1&A=&acl&a-b=1&%C3%A4=1"), s3, empty).head), "held");
  assert.equal(judge(withTarget(signRequest(get("/b?acl="), s3, empty).head, "/b?acl")), "held");
  refused(withTarget(signRequest(get("/b?a=1&a=2"), s3, empty).head, "/b?a=1&a=3"), "signature");
});

test("9: an unknown key is answered as a wrong secret is", () => {
  const head = signRequest(get("/b/k"), s3, empty).head;
  const wrong = judge(head, asS3, "another-secret-of-forty-characters-01234");
  assert.notEqual(wrong, "held");
  assert.deepEqual(verdictWithoutKey(head), wrong);
  // Nor does the stand-in's own signature open anything.
  assert.deepEqual(
    verdictWithoutKey(signRequest(get("/b/k"), { ...s3, secretAccessKey: "0".repeat(40) }, empty).head),
    wrong,
  );
});

function verdictWithoutKey(head: HttpRequestHead): unknown {
  const claim = readClaim(head);
  return "refused" in claim ? claim : verifyClaim(head, claim, undefined, asS3);
}

test("11: header values are trimmed and folded, repeats keep their order", () => {
  const head = signRequest(plus(plus(get("/b/k"), "x-amz-meta-a", "1"), "x-amz-meta-a", "2"), s3, empty).head;
  assert.equal(judge(head), "held");
  const swapped = {
    ...head,
    headers: head.headers.map(([name, value]): [string, string] => [
      name,
      name === "x-amz-meta-a" ? (value === "1" ? "2" : "1") : value,
    ]),
  };
  refused(swapped, "signature");
  const spaced = signRequest(get("/b/k", { "x-amz-meta-a": " a   b " }), s3, empty).head;
  assert.equal(judge(replaced(spaced, "x-amz-meta-a", () => "a b")), "held");
});

test("12: what a proxy would add counts for nothing", () => {
  const head = signRequest(get("/b/k"), s3, empty).head;
  assert.equal(judge(plus(head, "x-forwarded-host", "elsewhere")), "held");
  const elsewhere = signRequest({ ...get("/b/k"), headers: [["host", "elsewhere"]] }, s3, empty).head;
  refused(
    plus(
      replaced(elsewhere, "host", () => "localhost:8443"),
      "x-forwarded-host",
      "elsewhere",
    ),
    "signature",
  );
});

test("an unsigned request and other algorithms are refused by name", () => {
  assert.equal(refused(get("/b/k"), "unsigned").code, "AccessDenied");
  assert.equal(
    refused(get("/", { "x-amz-target": "TrentService.ListKeys" }), "unsigned").code,
    "MissingAuthenticationTokenException",
  );
  refused(get("/b/k", { authorization: "AWS AKIAEXAMPLE:c2ln" }), "unsupported");
  refused(get("/b/k", { authorization: "AWS4-ECDSA-P256-SHA256 Credential=x" }), "unsupported");
  refused(get("/b/k?AWSAccessKeyId=a&Signature=b&Expires=1"), "unsupported");
  for (const authorization of [
    "AWS4-HMAC-SHA256 ",
    "AWS4-HMAC-SHA256 Credential=a",
    "AWS4-HMAC-SHA256 a=b, c=d, e=f",
  ]) {
    refused(get("/b/k", { authorization }), "malformed");
  }
});
