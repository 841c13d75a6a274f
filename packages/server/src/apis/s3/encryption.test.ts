import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { withHeaders } from "./testing/customer-key.ts";
import { allowing, refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
let keyArn: string;
let keyId: string;
const Bucket = "sealed-things";

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  const made = world.place.encryption.keys.create({});
  assert.ok(made.kind === "key");
  ({ keyArn, keyId } = made.key);
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const kms = () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: keyArn }) as const;
const put = (Key: string, more: Partial<s3.PutObjectCommandInput> = {}, by = admin) =>
  by.send(new s3.PutObjectCommand({ Bucket, Key, Body: `body of ${Key}`, ...more }));
const head = (Key: string) => admin.send(new s3.HeadObjectCommand({ Bucket, Key }));
const textOf = async (Key: string, by = admin) =>
  (await by.send(new s3.GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
const byDefault = (bucket: string, rule: s3.ServerSideEncryptionRule) =>
  admin.send(
    new s3.PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  );

test("bucket keys: by the bucket's default or the write's own word, told wherever AWS tells it", async () => {
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn } } as const;
  await byDefault(Bucket, { ...rule, BucketKeyEnabled: true });
  const set = await admin.send(new s3.GetBucketEncryptionCommand({ Bucket }));
  assert.deepEqual(set.ServerSideEncryptionConfiguration?.Rules, [{ ...rule, BucketKeyEnabled: true }]);
  const cases: [string, Partial<s3.PutObjectCommandInput>, true | undefined][] = [
    ["default", {}, true],
    ["named", kms(), true],
    ["off", { BucketKeyEnabled: false }, undefined],
    ["named-off", { ...kms(), BucketKeyEnabled: false }, undefined],
    ["s3", { ServerSideEncryption: "AES256" }, undefined],
  ];
  for (const [Key, more, expected] of cases) {
    assert.equal((await put(Key, more)).BucketKeyEnabled, expected, Key);
    assert.equal((await head(Key)).BucketKeyEnabled, expected, Key);
    assert.equal(await textOf(Key), `body of ${Key}`);
  }
  const copied = await admin.send(new s3.CopyObjectCommand({ Bucket, Key: "copied", CopySource: `${Bucket}/off` }));
  assert.equal(copied.BucketKeyEnabled, true);
  assert.equal(await textOf("copied"), "body of off");

  const created = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
  const upload = { Bucket, Key: "parts", UploadId: created.UploadId };
  const part = await admin.send(new s3.UploadPartCommand({ ...upload, PartNumber: 1, Body: "body of parts" }));
  const Parts = [{ PartNumber: 1, ETag: part.ETag }];
  const done = await admin.send(new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  for (const answer of [created, part, done])
    assert.deepEqual([answer.BucketKeyEnabled, answer.SSEKMSKeyId], [true, keyArn]);
  assert.equal(await textOf("parts"), "body of parts");

  await byDefault(Bucket, { ...rule, BucketKeyEnabled: false });
  assert.equal((await put("default")).BucketKeyEnabled, undefined);
  assert.equal((await put("on", { BucketKeyEnabled: true })).BucketKeyEnabled, true);
  assert.equal(await textOf("on"), "body of on");
});

test("bucket keys: whoever uses them needs the KMS key, by the bucket's ARN, at each request", async () => {
  const bound = (arn: string) => ({ StringEquals: { "kms:EncryptionContext:aws:s3:arn": arn } });
  const s3Actions = { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: "*" };
  const kmsActions = ["kms:GenerateDataKey", "kms:Decrypt"];
  const byBucket = world.userWith("by-bucket", allowing(kmsActions, bound(`arn:aws:s3:::${Bucket}`), [s3Actions]));
  const byObject = world.userWith("by-object", allowing(kmsActions, bound(`arn:aws:s3:::${Bucket}/*`), [s3Actions]));
  const more = { ...kms(), BucketKeyEnabled: true };
  await put("shared", more, byBucket);
  assert.equal(await textOf("shared", byBucket), "body of shared");
  await refused(put("shared", more, byObject), "AccessDenied", 403);
  await refused(textOf("shared", byObject), "AccessDenied", 403);
  world.place.encryption.keys.setEnabled(keyId, false);
  await refused(put("shared", more), "KMS.DisabledException", 400);
  await refused(textOf("shared"), "KMS.DisabledException", 400);
  world.place.encryption.keys.setEnabled(keyId, true);
  assert.equal(await textOf("shared"), "body of shared");
});

test("an encryption context is bound, kept for reading, and seen by conditions on the key", async () => {
  const context = encoded({ team: "red", größe: "groß" });
  const stored = await put("context", { ...kms(), SSEKMSEncryptionContext: context });
  assert.equal(stored.SSEKMSEncryptionContext, context);
  assert.equal(await textOf("context"), "body of context");
  const s3Actions = { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: "*" };
  const kmsActions = ["kms:GenerateDataKey", "kms:Decrypt"];
  const ofTeam = (team: string) => ({ StringEquals: { "kms:EncryptionContext:team": team } });
  const red = world.userWith("red", allowing(kmsActions, ofTeam("red"), [s3Actions]));
  const blue = world.userWith("blue", allowing(kmsActions, ofTeam("blue"), [s3Actions]));
  for (const bucketKey of [false, true]) {
    const more = { ...kms(), SSEKMSEncryptionContext: encoded({ team: "red" }), BucketKeyEnabled: bucketKey };
    await put("reds", more, red);
    assert.equal(await textOf("reds", red), "body of reds");
    await refused(put("reds", more, blue), "AccessDenied", 403);
    await refused(textOf("reds", blue), "AccessDenied", 403);
    await refused(
      put("reds", { ...more, SSEKMSEncryptionContext: encoded({ team: "blue" }) }, red),
      "AccessDenied",
      403,
    );
  }
  const created = await admin.send(
    new s3.CreateMultipartUploadCommand({ Bucket, Key: "parts", ...kms(), SSEKMSEncryptionContext: context }),
  );
  assert.equal(created.SSEKMSEncryptionContext, context);
  const upload = { Bucket, Key: "parts", UploadId: created.UploadId };
  const { ETag } = await admin.send(new s3.UploadPartCommand({ ...upload, PartNumber: 1, Body: "in parts" }));
  const Parts = [{ PartNumber: 1, ETag }];
  await admin.send(new s3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
  assert.equal(await textOf("parts"), "in parts");
  // A copy is under its own context, not under its source's.
  const copied = await admin.send(
    new s3.CopyObjectCommand({ Bucket, Key: "copied", CopySource: `${Bucket}/context`, ...kms() }),
  );
  assert.equal(copied.SSEKMSEncryptionContext, undefined);
  assert.equal(await textOf("copied"), "body of context");
});

test("an encryption context that is none is refused", async () => {
  const attempt = (SSEKMSEncryptionContext: string, more: Partial<s3.PutObjectCommandInput> = kms()) =>
    put("refused", { ...more, SSEKMSEncryptionContext });
  const malformed = [
    "not base64!",
    Buffer.from("not json").toString("base64"),
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x22, 0x22, 0x7d]).toString("base64"),
    ...[[], "text", null, 7, { nested: { team: "red" } }, { count: 1 }].map(encoded),
    encoded({ big: "x".repeat(9000) }),
  ];
  for (const value of malformed) {
    await assert.rejects(attempt(value), (error: s3.S3ServiceException) => {
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["InvalidArgument", 400], value);
      assert.match(error.message, /shall be Base64-encoded UTF-8 string holding JSON/);
      return true;
    });
  }
  await assert.rejects(attempt(encoded({ "aws:s3:arn": `arn:aws:s3:::${Bucket}/other` })), /cannot set aws:s3:arn/);
  await assert.rejects(attempt(encoded({ "AWS:S3:ARN": "x" })), /cannot set aws:s3:arn/);
  await refused(attempt(encoded({ team: "red" }), { ServerSideEncryption: "AES256" }), "InvalidArgument", 400);
  await refused(attempt(encoded({ team: "red" }), {}), "InvalidArgument", 400);
  // Conditions do not tell case apart, contexts do.
  await refused(attempt(encoded({ team: "red", TEAM: "blue" })), "AccessDenied", 403);
});

test("two layers of encryption are refused by name", async () => {
  const named = /aws:kms:dsse/;
  await assert.rejects(put("dsse", { ServerSideEncryption: "aws:kms:dsse" }), named);
  await assert.rejects(
    byDefault(Bucket, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse" } }),
    named,
  );
});

test("a kind that there is not is refused behind the policies, and none can be asked for when reading", async () => {
  const strict = world.userWith(
    "strict",
    allowing(["s3:PutObject"], { StringEquals: { "s3:x-amz-server-side-encryption": "AES256" } }),
  );
  const odd = { ServerSideEncryption: "AES192" as "AES256" };
  await refused(put("odd", odd, strict), "AccessDenied", 403);
  await assert.rejects(put("odd", odd), (error: s3.S3ServiceException) => {
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["InvalidArgument", 400]);
    assert.match(error.message, /The encryption method specified is not supported/);
    return true;
  });
  await put("read", { ServerSideEncryption: "AES256" });
  const asking = withHeaders(admin, { "x-amz-server-side-encryption": "AES256" });
  await refused(asking.send(new s3.GetObjectCommand({ Bucket, Key: "read" })), "InvalidArgument", 400);
  await refused(asking.send(new s3.HeadObjectCommand({ Bucket, Key: "read" })), "Unknown", 400);
});
