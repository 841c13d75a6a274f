import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { authority, expectKind, pieces } from "../../artifacts/testing/place.ts";
import { allowing, refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

/*
 * Between the decision about a request and its work the record of what is intended is made durable. What changes in
 * that moment must not be read, told of or changed under the decision about what was there before.
 */

const Bucket = "decided-again";
const locking = "decided-again-locking";
const hidden = { secret: "yes" };
let world: S3World;
let admin: s3.S3Client;
let low: s3.S3Client;

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  await admin.send(new s3.CreateBucketCommand({ Bucket: locking, ObjectLockEnabledForBucket: true }));
  const unlessHidden = { Condition: { StringEquals: { "s3:ExistingObjectTag/secret": "yes" } }, Resource: "*" };
  const lockUnlessHidden = { Condition: { StringEquals: { "aws:ResourceTag/secret": "yes" } }, Resource: "*" };
  low = world.userWith(
    "low",
    allowing(["s3:*"], undefined, [
      { Effect: "Deny", Action: ["s3:GetObject", "s3:*ObjectTagging"], ...unlessHidden },
      { Effect: "Deny", Action: ["s3:PutObjectRetention", "s3:PutObjectLegalHold"], ...lockUnlessHidden },
    ]),
  );
});
after(() => world[Symbol.asyncDispose]());

/** Stores what everybody may read; the next request meets what nobody but the administrator may. */
async function replacedMeanwhile(Key: string, bucket = Bucket): Promise<void> {
  await admin.send(new s3.PutObjectCommand({ Bucket: bucket, Key, Body: "public" }));
  world.whileRecording(async () => {
    const description = { headers: {}, metadata: {}, tags: hidden };
    const object = { bucket, key: Key, body: pieces(Buffer.from("secret")), description };
    expectKind(await world.place.s3.objects.put({ authority: authority(), ...object }), "stored");
  });
}
const tagsOf = async (Key: string) =>
  (await admin.send(new s3.GetObjectTaggingCommand({ Bucket, Key }))).TagSet?.map((tag) => [tag.Key, tag.Value]);
const isThere = async (Key: string) =>
  ((await admin.send(new s3.ListObjectsV2Command({ Bucket, Prefix: Key }))).KeyCount ?? 0) > 0;

test("a copy reads what was decided on", async () => {
  const copy = { Bucket, Key: "copied", CopySource: `${Bucket}/copy` };
  await replacedMeanwhile("copy");
  await refused(low.send(new s3.CopyObjectCommand(copy)), "AccessDenied", 403);
  assert.ok(!(await isThere("copied")));
});

test("so does the copy of a part", async () => {
  const upload = { Bucket, Key: "parts" };
  const { UploadId } = await low.send(new s3.CreateMultipartUploadCommand(upload));
  const copy = { ...upload, UploadId, PartNumber: 1, CopySource: `${Bucket}/part` };
  await replacedMeanwhile("part");
  await refused(low.send(new s3.UploadPartCopyCommand(copy)), "AccessDenied", 403);
  assert.equal((await low.send(new s3.ListPartsCommand({ ...upload, UploadId }))).Parts, undefined);
});

test("tags are changed of what was decided on", async () => {
  await replacedMeanwhile("tagged");
  const Tagging = { TagSet: [{ Key: "secret", Value: "no" }] };
  await refused(low.send(new s3.PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging })), "AccessDenied", 403);
  assert.deepEqual(await tagsOf("tagged"), [["secret", "yes"]]);
  await replacedMeanwhile("untagged");
  await refused(low.send(new s3.DeleteObjectTaggingCommand({ Bucket, Key: "untagged" })), "AccessDenied", 403);
  assert.deepEqual(await tagsOf("untagged"), [["secret", "yes"]]);
});

test("a condition tells nothing of what came in between", async () => {
  for (const IfMatch of ['"5ebe2294ecd0e0f08eab7690d2a6ee69"', '"0"']) {
    const asked = { Bucket, Key: "asked", IfMatch };
    await replacedMeanwhile("asked");
    await refused(low.send(new s3.DeleteObjectCommand(asked)), "AccessDenied", 403);
    await replacedMeanwhile("asked");
    await refused(low.send(new s3.PutObjectCommand({ ...asked, Body: "mine" })), "AccessDenied", 403);
    await replacedMeanwhile("asked");
    const copy = { ...asked, CopySource: `${Bucket}/other` };
    await admin.send(new s3.PutObjectCommand({ Bucket, Key: "other", Body: "public" }));
    await replacedMeanwhile("asked");
    await refused(low.send(new s3.CopyObjectCommand(copy)), "AccessDenied", 403);
    assert.deepEqual(await tagsOf("asked"), [["secret", "yes"]]);
  }
});

test("nor of what comes while the body is on its way", async () => {
  const { ETag } = await admin.send(new s3.PutObjectCommand({ Bucket, Key: "slow", Body: "public" }));
  const asked: string[] = [];
  let isHidden = false;
  const reader = authority(({ action }) => {
    asked.push(action);
    return isHidden;
  });
  const body = (async function* () {
    await Promise.resolve();
    isHidden = true;
    yield Buffer.from("mine");
  })();
  const conditions = { ifMatch: ETag ?? "" };
  const object = { bucket: Bucket, key: "slow", body, description: { headers: {}, metadata: {} }, conditions };
  const stored = await world.place.s3.objects.put({ authority: reader, ...object });
  assert.equal(expectKind(stored, "refused").reason, "access-denied");
  assert.deepEqual(asked, ["s3:GetObject", "s3:GetObject"]);
});

test("a lock is set on what was decided on", async () => {
  const hold = { Bucket: locking, Key: "held", LegalHold: { Status: "ON" } } as const;
  await replacedMeanwhile("held", locking);
  await refused(low.send(new s3.PutObjectLegalHoldCommand(hold)), "AccessDenied", 403);
  const RetainUntilDate = new Date(Date.now() + 3_600_000);
  const Retention = { Mode: "GOVERNANCE", RetainUntilDate } as const;
  await replacedMeanwhile("held", locking);
  const retain = { Bucket: locking, Key: "held", Retention };
  await refused(low.send(new s3.PutObjectRetentionCommand(retain)), "AccessDenied", 403);
  const read = admin.send(new s3.GetObjectRetentionCommand({ Bucket: locking, Key: "held" }));
  await refused(read, "NoSuchObjectLockConfiguration", 404);
});
