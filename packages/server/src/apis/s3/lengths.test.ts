import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";
import { codeOf, signedRequest } from "./testing/signed-request.ts";
import type { Answer, Headers } from "./testing/signed-request.ts";

const Bucket = "lengths";
const Key = "k";
let world: S3World;
let admin: s3.S3Client;

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  await admin.send(new s3.PutObjectCommand({ Bucket, Key, Body: "x" }));
});
after(() => world[Symbol.asyncDispose]());

const send = (method: string, target: string, headers: Headers = [], body = ""): Promise<Answer> =>
  signedRequest(world.endpoint, admin, { method, target, headers, body });
const messageOf = ({ text }: Answer) => /<Message>([^<]*)</.exec(text)?.[1];

test("an object or a part whose length is not told is refused, and one of no bytes is taken", async () => {
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
  for (const target of [`/${Bucket}/chunked`, `/${Bucket}/parts?partNumber=1&uploadId=${UploadId ?? ""}`]) {
    const refused = await send("PUT", target, [["transfer-encoding", "chunked"]], "x");
    assert.deepEqual([refused.status, codeOf(refused)], [411, "MissingContentLength"], target);
    assert.equal(messageOf(refused), "You must provide the Content-Length HTTP header.");
    assert.equal((await send("PUT", target)).status, 200, target);
  }
  const { ContentLength } = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "chunked" }));
  assert.equal(ContentLength, 0);
});

test("a document that is not there is told as that, and changes nothing", async () => {
  const until = new Date(Date.now() + 3_600_000);
  const Retention = { Mode: "GOVERNANCE", RetainUntilDate: until } as const;
  await admin.send(new s3.PutObjectRetentionCommand({ Bucket, Key, Retention }));
  const md5 = [
    ["content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="],
    ["x-amz-bypass-governance-retention", "true"],
  ] as const;
  const documents = ["tagging", "versioning", "cors", "lifecycle", "encryption", "publicAccessBlock", "policy"];
  const ofBucket = [...documents, "ownershipControls", "notification", "object-lock"].map(
    (name) => `/${Bucket}?${name}`,
  );
  const ofObject = ["tagging", "retention", "legal-hold"].map((name) => `/${Bucket}/${Key}?${name}`);
  for (const target of [...ofBucket, ...ofObject]) {
    const refused = await send("PUT", target, md5.slice(0, target.includes("retention") ? 2 : 1));
    assert.deepEqual([refused.status, codeOf(refused)], [400, "MissingRequestBodyError"], target);
    assert.equal(messageOf(refused), "Request Body is empty");
  }
  assert.equal(codeOf(await send("POST", `/${Bucket}?delete`, md5.slice(0, 1))), "MissingRequestBodyError");
  const kept = await admin.send(new s3.GetObjectRetentionCommand({ Bucket, Key }));
  assert.equal(kept.Retention?.Mode, "GOVERNANCE");
  // What a bucket is made with need not be said.
  assert.equal((await send("PUT", "/another-bucket")).status, 200);
});

test("how many tags an object has is told where it has some", async () => {
  const tagged = await admin.send(new s3.GetObjectCommand({ Bucket, Key }));
  assert.equal(tagged.TagCount, undefined);
  await tagged.Body?.transformToString();
  const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
  await admin.send(new s3.PutObjectTaggingCommand({ Bucket, Key, Tagging }));
  assert.equal((await send("GET", `/${Bucket}/${Key}`)).headers["x-amz-tagging-count"], "1");
  await admin.send(new s3.PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } }));
  assert.equal((await send("GET", `/${Bucket}/${Key}`)).headers["x-amz-tagging-count"], undefined);
});
