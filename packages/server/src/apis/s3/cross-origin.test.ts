import assert from "node:assert/strict";
import { request } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "shared-things";

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const configure = (CORSRules: s3.CORSRule[]) =>
  admin.send(new s3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));

/** A browser's question, which carries no signature. */
function ask(headers: Record<string, string>, path = `/${Bucket}/k`): Promise<[number, IncomingHttpHeaders]> {
  return new Promise((resolve, reject) => {
    request(`${world.endpoint}${path}`, { method: "OPTIONS", headers }, (response) => {
      response.resume();
      resolve([response.statusCode ?? 0, response.headers]);
    })
      .on("error", reject)
      .end();
  });
}
const wish = (origin: string, method: string, headers?: string) => ({
  origin,
  "access-control-request-method": method,
  ...(headers === undefined ? {} : { "access-control-request-headers": headers }),
});

/** The headers of an actual, signed answer to a page of this origin. */
async function toldWith(origin: string, ask: (by: S3Client) => Promise<unknown>): Promise<Record<string, string>> {
  let told: Record<string, string> = {};
  const name = `origin ${origin}`;
  admin.middlewareStack.add(
    (next) => async (args) => {
      (args.request as { headers: Record<string, string> }).headers["origin"] = origin;
      const output = await next(args);
      told = (output.response as { headers: Record<string, string> }).headers;
      return output;
    },
    { step: "build", name, priority: "low" },
  );
  try {
    await ask(admin).catch(() => undefined);
  } finally {
    admin.middlewareStack.remove(name);
  }
  return told;
}

test("rules are kept as they are, and wrong ones refused", async () => {
  await refused(admin.send(new s3.GetBucketCorsCommand({ Bucket })), "NoSuchCORSConfiguration", 404);
  const rule = {
    ID: "one",
    AllowedMethods: ["GET", "PUT"],
    AllowedOrigins: ["https://*.example.com"],
    AllowedHeaders: ["x-amz-*"],
    ExposeHeaders: ["ETag"],
    MaxAgeSeconds: 60,
  };
  await configure([rule]);
  assert.deepEqual((await admin.send(new s3.GetBucketCorsCommand({ Bucket }))).CORSRules, [rule]);
  const wrong: [Partial<s3.CORSRule>, string][] = [
    [{ AllowedMethods: ["PATCH"] }, "InvalidRequest"],
    [{ AllowedOrigins: ["https://*.*.com"] }, "InvalidRequest"],
    [{ AllowedHeaders: ["*x*"] }, "InvalidRequest"],
    [{ ExposeHeaders: ["x-*"] }, "InvalidRequest"],
    [{ AllowedOrigins: ["https://a b"] }, "MalformedXML"],
    [{ AllowedMethods: [] }, "MalformedXML"],
  ];
  for (const [over, code] of wrong) await refused(configure([{ ...rule, ...over }]), code, 400);
  await refused(configure(Array.from({ length: 101 }, () => rule)), "MalformedXML", 400);
  const nowhere = { Bucket: "nowhere-at-all" };
  await refused(admin.send(new s3.GetBucketCorsCommand(nowhere)), "NoSuchBucket", 404);
  await refused(admin.send(new s3.DeleteBucketCorsCommand(nowhere)), "NoSuchBucket", 404);
  const CORSConfiguration = { CORSRules: [rule] };
  await refused(admin.send(new s3.PutBucketCorsCommand({ ...nowhere, CORSConfiguration })), "NoSuchBucket", 404);
});

test("a preflight is answered by the first rule that allows it, and by none otherwise", async () => {
  await configure([
    {
      AllowedMethods: ["GET"],
      AllowedOrigins: ["https://*.example.com"],
      AllowedHeaders: ["x-amz-*"],
      MaxAgeSeconds: 9,
    },
    { AllowedMethods: ["PUT"], AllowedOrigins: ["*"] },
  ]);
  const [status, headers] = await ask(wish("https://a.example.com", "GET", "X-Amz-Date, x-amz-meta-a"));
  assert.equal(status, 200);
  assert.equal(headers["access-control-allow-origin"], "https://a.example.com");
  assert.equal(headers["access-control-allow-headers"], "x-amz-date, x-amz-meta-a");
  assert.deepEqual([headers["access-control-max-age"], headers["access-control-allow-credentials"]], ["9", "true"]);
  const [, all] = await ask(wish("https://elsewhere.test", "PUT"));
  assert.equal(all["access-control-allow-origin"], "*");
  assert.equal(all["access-control-allow-credentials"], undefined, "what is for all is for nobody in person");
  for (const one of [
    wish("https://elsewhere.test", "GET"),
    wish("https://example.com", "GET"),
    wish("https://a.example.com.evil.test", "GET"),
    wish("https://a.example.com", "DELETE"),
    wish("https://a.example.com", "GET", "authorization"),
  ]) {
    const [code, told] = await ask(one);
    assert.deepEqual([code, told["access-control-allow-origin"]], [403, undefined], JSON.stringify(one));
  }
  assert.equal((await ask({ "access-control-request-method": "GET" }))[0], 400);
  assert.equal((await ask({ origin: "https://a.example.com" }))[0], 400);
  assert.equal((await ask(wish("https://a.example.com", "GET"), "/nowhere-at-all/k"))[0], 403);
});

test("answers carry what the rules say, refusals too, and nothing without a rule", async () => {
  await configure([{ AllowedMethods: ["GET"], AllowedOrigins: ["https://a.test"], ExposeHeaders: ["ETag"] }]);
  const get = (Key: string) => (by: S3Client) => by.send(new s3.GetObjectCommand({ Bucket, Key }));
  const told = await toldWith("https://a.test", get("k"));
  assert.equal(told["access-control-allow-origin"], "https://a.test");
  assert.equal(told["access-control-expose-headers"], "ETag");
  assert.match(told["vary"] ?? "", /Origin/);
  assert.equal((await toldWith("https://b.test", get("k")))["access-control-allow-origin"], undefined);
  const put = (by: S3Client) => by.send(new s3.PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
  assert.equal((await toldWith("https://a.test", put))["access-control-allow-origin"], undefined);
  await admin.send(new s3.DeleteBucketCorsCommand({ Bucket }));
  assert.equal((await toldWith("https://a.test", get("k")))["access-control-allow-origin"], undefined);
  assert.equal((await ask(wish("https://a.test", "GET")))[0], 403);
});
