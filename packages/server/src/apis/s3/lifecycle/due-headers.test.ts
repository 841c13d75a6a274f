import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { LifecycleRule, S3Client } from "@aws-sdk/client-s3";
import { TurnableClock } from "../../../platform/index.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "things-with-a-date";

before(async () => {
  world = await openS3World(new TurnableClock(new Date("2026-11-23T10:00:00Z")));
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await admin.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const rules = (...Rules: LifecycleRule[]) =>
  admin.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
const rule = (over: Partial<LifecycleRule>): LifecycleRule => ({ Status: "Enabled", Filter: {}, ...over });

test("what writes and reads an object tells when it expires, and by which rule", async () => {
  await rules(
    rule({ ID: "Rule for logs", Filter: { Prefix: "logs/" }, Expiration: { Days: 1 } }),
    rule({ ID: "later", Expiration: { Days: 30 } }),
    rule({ ID: "marker", Expiration: { ExpiredObjectDeleteMarker: true } }),
    rule({ ID: "tagged", Filter: { Tag: { Key: "stage", Value: "old" } }, Expiration: { Days: 2 } }),
  );
  const logs = 'expiry-date="Wed, 25 Nov 2026 00:00:00 GMT", rule-id="Rule for logs"';
  const later = 'expiry-date="Thu, 24 Dec 2026 00:00:00 GMT", rule-id="later"';
  const put = await admin.send(new s3.PutObjectCommand({ Bucket, Key: "logs/a", Body: "x" }));
  assert.equal(put.Expiration, logs);
  const name = { Bucket, Key: "logs/a" };
  assert.equal((await admin.send(new s3.HeadObjectCommand(name))).Expiration, logs);
  const got = await admin.send(new s3.GetObjectCommand(name));
  assert.equal(got.Expiration, logs);
  await got.Body?.transformToByteArray();
  const versioned = { ...name, VersionId: put.VersionId };
  assert.equal((await admin.send(new s3.HeadObjectCommand(versioned))).Expiration, undefined);
  const copy = { Bucket, Key: "copy", CopySource: `${Bucket}/logs/a` };
  assert.equal((await admin.send(new s3.CopyObjectCommand(copy))).Expiration, later);
  const Tagging = { TagSet: [{ Key: "stage", Value: "old" }] };
  await admin.send(new s3.PutObjectTaggingCommand({ Bucket, Key: "copy", Tagging }));
  const tagged = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "copy" }));
  assert.match(tagged.Expiration ?? "", /Thu, 26 Nov 2026 00:00:00 GMT", rule-id="tagged"/);
});

test("an upload tells when it is aborted; a completed one, when the object expires", async () => {
  await rules(
    rule({ ID: "uploads", AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
    rule({ ID: "objects", Filter: { Prefix: "big" }, Expiration: { Days: 1 } }),
  );
  const name = { Bucket, Key: "big" };
  const begun = await admin.send(new s3.CreateMultipartUploadCommand(name));
  const { UploadId } = begun;
  assert.deepEqual(begun.AbortDate, new Date("2026-12-01T00:00:00Z"));
  assert.equal(begun.AbortRuleId, "uploads");
  const { ETag } = await admin.send(new s3.UploadPartCommand({ ...name, UploadId, PartNumber: 1, Body: "x" }));
  const parts = await admin.send(new s3.ListPartsCommand({ ...name, UploadId }));
  assert.deepEqual([parts.AbortDate, parts.AbortRuleId], [begun.AbortDate, "uploads"]);
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const whole = await admin.send(new s3.CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload }));
  assert.equal(whole.Expiration, 'expiry-date="Wed, 25 Nov 2026 00:00:00 GMT", rule-id="objects"');
});

test("an id that no header can carry is encoded, and without a rule nothing is told", async () => {
  await rules(rule({ ID: 'ü"%\n😀', Expiration: { Days: 1 } }));
  const put = await admin.send(new s3.PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
  assert.match(put.Expiration ?? "", /rule-id="%C3%BC%22%25%0A%F0%9F%98%80"$/);
  await rules(rule({ ID: "disabled", Status: "Disabled", Expiration: { Days: 1 } }));
  assert.equal((await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "a" }))).Expiration, undefined);
  await admin.send(new s3.DeleteBucketLifecycleCommand({ Bucket }));
  assert.equal((await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "a" }))).Expiration, undefined);
  const begun = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "a" }));
  assert.deepEqual([begun.AbortDate, begun.AbortRuleId], [undefined, undefined]);
});
