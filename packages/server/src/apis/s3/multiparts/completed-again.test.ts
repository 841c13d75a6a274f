import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { TurnableClock } from "../../../platform/index.ts";
import { refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

const Bucket = "completed-again";
const hourMs = 3_600_000;
const clock = new TurnableClock(new Date("2026-11-24T10:00:00Z"));
let world: S3World;
let admin: s3.S3Client;

before(async () => {
  world = await openS3World(clock);
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await admin.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
});
after(() => world[Symbol.asyncDispose]());

async function uploaded(Key: string, Body = "part", more: Partial<s3.CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const { ETag } = await admin.send(new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body }));
  return { Bucket, Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
}
const complete = (input: s3.CompleteMultipartUploadCommandInput, by = admin) =>
  by.send(new s3.CompleteMultipartUploadCommand(input));
const versionsOf = async (Prefix: string) =>
  (await admin.send(new s3.ListObjectVersionsCommand({ Bucket, Prefix }))).Versions?.length;

test("to complete the same again is answered as the first time, and makes no other version", async () => {
  const upload = await uploaded("again");
  const first = await complete(upload);
  const second = await complete(upload);
  assert.deepEqual([second.ETag, second.VersionId], [first.ETag, first.VersionId]);
  // A retry comes with the conditions of the first attempt, which its own success would break.
  assert.equal((await complete({ ...upload, IfNoneMatch: "*" })).VersionId, first.VersionId);
  assert.equal(await versionsOf("again"), 1);
});

test("of ten completions at once one makes the object, and all are told of it", async () => {
  const upload = await uploaded("at-once");
  const told = await Promise.all(Array.from({ length: 10 }, () => complete(upload)));
  assert.equal(new Set(told.map(({ VersionId }) => VersionId)).size, 1);
  assert.equal(await versionsOf("at-once"), 1);
});

test("other parts, another key, what is gone and what was aborted are no repetition", async () => {
  const upload = await uploaded("mine");
  const { VersionId } = await complete(upload);
  const other = [{ PartNumber: 1, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' }];
  await refused(complete({ ...upload, MultipartUpload: { Parts: other } }), "NoSuchUpload", 404);
  await refused(complete({ ...upload, Key: "yours" }), "NoSuchUpload", 404);
  await refused(complete({ ...upload, MpuObjectSize: 99 }), "InvalidRequest", 400);
  await admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "mine", VersionId }));
  await refused(complete(upload), "NoSuchUpload", 404);
  const aborted = await uploaded("aborted");
  await admin.send(new s3.AbortMultipartUploadCommand({ Bucket, Key: "aborted", UploadId: aborted.UploadId }));
  await refused(complete(aborted), "NoSuchUpload", 404);
});

test("it is remembered for a day", async () => {
  const upload = await uploaded("long-ago");
  await complete(upload);
  clock.advance(23 * hourMs);
  await complete(upload);
  clock.advance(2 * hourMs);
  await complete(await uploaded("since"));
  await refused(complete(upload), "NoSuchUpload", 404);
});

test("the repetition takes the rights of the first, with the encryption that the upload was begun with", async () => {
  const upload = await uploaded("encrypted", "part", { ServerSideEncryption: "AES256" });
  const wanted = { StringEquals: { "s3:x-amz-server-side-encryption": "AES256" } };
  const allow = { Effect: "Allow", Action: "s3:PutObject", Resource: "*" };
  const encrypts = world.userWith("encrypts", {
    Version: "2012-10-17",
    Statement: [{ ...allow, Condition: wanted }],
  });
  const reads = world.userWith("reads", { Version: "2012-10-17", Statement: [{ ...allow, Action: "s3:GetObject" }] });
  const { VersionId } = await complete(upload, encrypts);
  assert.equal((await complete(upload, encrypts)).VersionId, VersionId);
  await refused(complete(upload, reads), "AccessDenied", 403);
});

test("a part is copied of bytes that are all there", async () => {
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: "source", Body: "01234" }));
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "of-source" }));
  const copy = (CopySourceRange: string) =>
    admin.send(
      new s3.UploadPartCopyCommand({
        ...{ Bucket, Key: "of-source", UploadId, PartNumber: 1 },
        CopySource: `${Bucket}/source`,
        CopySourceRange,
      }),
    );
  for (const range of ["bytes=0-5", "bytes=5-5", "bytes=9-21", "bytes=3-1"]) {
    await refused(copy(range), "InvalidArgument", 400);
  }
  assert.ok((await copy("bytes=1-4")).CopyPartResult?.ETag);
});
