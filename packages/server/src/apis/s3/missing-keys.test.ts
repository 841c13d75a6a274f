import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { allowing, refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

const Bucket = "missing-keys";
const missing = { Bucket, Key: "nonesuch" };
let world: S3World;
let blind: s3.S3Client;
let listing: s3.S3Client;

before(async () => {
  world = await openS3World();
  await world.administrator.send(new s3.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  const objects = ["s3:*Object*", "s3:AbortMultipartUpload"];
  blind = world.userWith("blind", allowing(objects));
  listing = world.userWith("listing", allowing([...objects, "s3:ListBucket"]));
});
after(() => world[Symbol.asyncDispose]());

const RetainUntilDate = new Date(Date.now() + 3_600_000);
const uses: Readonly<Record<string, (by: s3.S3Client) => Promise<unknown>>> = {
  GetObject: (by) => by.send(new s3.GetObjectCommand(missing)),
  GetObjectAttributes: (by) => by.send(new s3.GetObjectAttributesCommand({ ...missing, ObjectAttributes: ["ETag"] })),
  GetObjectTagging: (by) => by.send(new s3.GetObjectTaggingCommand(missing)),
  PutObjectTagging: (by) => by.send(new s3.PutObjectTaggingCommand({ ...missing, Tagging: { TagSet: [] } })),
  DeleteObjectTagging: (by) => by.send(new s3.DeleteObjectTaggingCommand(missing)),
  GetObjectAcl: (by) => by.send(new s3.GetObjectAclCommand(missing)),
  PutObjectAcl: (by) => by.send(new s3.PutObjectAclCommand({ ...missing, ACL: "private" })),
  GetObjectRetention: (by) => by.send(new s3.GetObjectRetentionCommand(missing)),
  PutObjectRetention: (by) =>
    by.send(new s3.PutObjectRetentionCommand({ ...missing, Retention: { Mode: "GOVERNANCE", RetainUntilDate } })),
  GetObjectLegalHold: (by) => by.send(new s3.GetObjectLegalHoldCommand(missing)),
  PutObjectLegalHold: (by) => by.send(new s3.PutObjectLegalHoldCommand({ ...missing, LegalHold: { Status: "ON" } })),
  CopyObject: (by) => by.send(new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/nonesuch` })),
  UploadPartCopy: async (by) => {
    const upload = { Bucket, Key: "parts" };
    const { UploadId } = await by.send(new s3.CreateMultipartUploadCommand(upload));
    const copy = { ...upload, UploadId, PartNumber: 1, CopySource: `${Bucket}/nonesuch` };
    await by.send(new s3.UploadPartCopyCommand(copy));
  },
};

for (const [name, use] of Object.entries(uses)) {
  test(`${name} of a missing key is a denial to whoever may not list the bucket`, async () => {
    await refused(use(blind), "AccessDenied", 403);
    await refused(use(listing), "NoSuchKey", 404);
  });
}

test("what is there is read without the right to list", async () => {
  const there = { Bucket, Key: "there" };
  await blind.send(new s3.PutObjectCommand({ ...there, Body: "x" }));
  assert.deepEqual((await blind.send(new s3.GetObjectTaggingCommand(there))).TagSet, []);
});
