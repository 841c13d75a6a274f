import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as s3 from "@aws-sdk/client-s3";
import type { NotificationConfiguration, S3Client } from "@aws-sdk/client-s3";
import { TurnableClock } from "../../../platform/index.ts";
import { allowing, refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const clock = new TurnableClock(new Date("2026-11-23T10:00:00Z"));
const Bucket = "things-that-are-told";
const silent = "things-that-are-not-told";

before(async () => {
  world = await openS3World(clock);
  admin = world.administrator;
  for (const name of [Bucket, silent]) await admin.send(new s3.CreateBucketCommand({ Bucket: name }));
  world.place.s3.notices.begin();
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const put = (NotificationConfiguration: NotificationConfiguration, by = admin, of = Bucket) =>
  by.send(new s3.PutBucketNotificationConfigurationCommand({ Bucket: of, NotificationConfiguration }));
const get = async (by = admin, of = Bucket) => {
  const { $metadata, ...told } = await by.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket: of }));
  assert.equal($metadata.httpStatusCode, 200);
  return told;
};

interface Detail {
  readonly bucket: { readonly name: string };
  readonly object: Readonly<Record<string, unknown>> & { readonly sequencer?: string };
}

/** What was told since the last call, when it is as much as is expected. */
async function told(count: number) {
  const deadline = Date.now() + 10_000;
  const notices = () => world.place.recorded.filter(({ phase }) => phase === "notice");
  while (notices().length < seen + count && Date.now() < deadline) await wait(5);
  await wait(20);
  const fresh = notices().slice(seen);
  assert.equal(fresh.length, count, JSON.stringify(fresh));
  seen += count;
  return fresh.map(({ eventName, serviceEventDetails, ...rest }) => ({
    type: eventName,
    detail: serviceEventDetails as unknown as Detail & Readonly<Record<string, unknown>>,
    rest,
  }));
}
let seen = 0;

test("a bucket notifies the rules on events or nobody; topics, queues and functions are refused by name", async () => {
  assert.deepEqual(await get(), {});
  await put({ EventBridgeConfiguration: {} });
  assert.deepEqual(await get(), { EventBridgeConfiguration: {} });
  await put({});
  assert.deepEqual(await get(), {});
  const Events = ["s3:ObjectCreated:*" as const];
  const arn = (service: string) => `arn:aws:${service}:us-east-1:111122223333:x`;
  const others: [NotificationConfiguration, RegExp][] = [
    [{ TopicConfigurations: [{ TopicArn: arn("sns"), Events }] }, /TopicConfigurations/],
    [{ QueueConfigurations: [{ QueueArn: arn("sqs"), Events }] }, /QueueConfigurations/],
    [{ LambdaFunctionConfigurations: [{ LambdaFunctionArn: arn("lambda"), Events }] }, /LambdaFunctionConfigurations/],
  ];
  for (const [configuration, message] of others) {
    await assert.rejects(put({ ...configuration, EventBridgeConfiguration: {} }), { name: "NotImplemented", message });
  }
  assert.deepEqual(await get(), {});
  await refused(put({}, admin, "no-such-thing"), "NoSuchBucket", 404);
  await refused(get(admin, "no-such-thing"), "NoSuchBucket", 404);
});

test("setting takes one permission, reading another", async () => {
  const setter = world.userWith("notification-setter", allowing(["s3:PutBucketNotification"]));
  const reader = world.userWith("notification-reader", allowing(["s3:GetBucketNotification"]));
  await put({ EventBridgeConfiguration: {} }, setter);
  await refused(get(setter), "AccessDenied", 403);
  assert.deepEqual(await get(reader), { EventBridgeConfiguration: {} });
  await refused(put({}, reader), "AccessDenied", 403);
});

test("what is done with objects is told as S3 tells it, in its order, and of other buckets nothing", async () => {
  await put({ EventBridgeConfiguration: {} });
  const made = await admin.send(new s3.PutObjectCommand({ Bucket, Key: "a", Body: "xyz" }));
  await admin.send(new s3.PutObjectCommand({ Bucket: silent, Key: "a", Body: "xyz" }));
  const [first] = await told(1);
  assert.ok(first !== undefined);
  const { sequencer = "" } = first.detail.object;
  assert.match(sequencer, /^[0-9A-F]{16}$/);
  assert.equal(first.type, "Object Created");
  const etag = made.ETag?.replaceAll('"', "");
  assert.deepEqual(first.detail, {
    version: "0",
    bucket: { name: Bucket },
    object: { key: "a", size: 3, etag, sequencer },
    "request-id": made.$metadata.requestId,
    requester: "111122223333",
    "source-ip-address": "127.0.0.1",
    reason: "PutObject",
  });
  assert.deepEqual(first.rest.resources, [{ ARN: `arn:aws:s3:::${Bucket}` }]);

  await admin.send(new s3.CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }));
  const name = { Bucket, Key: "c" };
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand(name));
  const part = await admin.send(new s3.UploadPartCommand({ ...name, UploadId, PartNumber: 1, Body: "xy" }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
  await admin.send(new s3.CompleteMultipartUploadCommand({ ...name, UploadId, MultipartUpload }));
  const Tagging = { TagSet: [{ Key: "k", Value: "v" }] };
  await admin.send(new s3.PutObjectTaggingCommand({ ...name, Tagging }));
  await admin.send(new s3.DeleteObjectTaggingCommand(name));
  await admin.send(new s3.DeleteObjectCommand(name));
  await admin.send(new s3.DeleteObjectCommand(name));
  await admin.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a" }, { Key: "b" }] } }));
  const more = await told(7);
  assert.deepEqual(
    more.map(({ type, detail }) => [type, detail.object["key"], detail["reason"], detail["deletion-type"]]),
    [
      ["Object Created", "b", "CopyObject", undefined],
      ["Object Created", "c", "CompleteMultipartUpload", undefined],
      ["Object Tags Added", "c", undefined, undefined],
      ["Object Tags Deleted", "c", undefined, undefined],
      ["Object Deleted", "c", "DeleteObject", "Permanently Deleted"],
      ["Object Deleted", "a", "DeleteObject", "Permanently Deleted"],
      ["Object Deleted", "b", "DeleteObject", "Permanently Deleted"],
    ],
  );
  const sequencers = more.flatMap(({ detail }) => detail.object.sequencer ?? []);
  assert.deepEqual(sequencers, [...sequencers].sort());
  assert.equal(new Set([sequencer, ...sequencers]).size, 6);
  assert.deepEqual(Object.keys(more[2]?.detail.object ?? {}), ["key", "etag"]);
});

test("what is refused is not told", async () => {
  await put({ EventBridgeConfiguration: {} });
  const nobody = world.userWith("may-nothing", allowing(["s3:ListBucket"]));
  await refused(nobody.send(new s3.PutObjectCommand({ Bucket, Key: "x", Body: "x" })), "AccessDenied");
  await refused(admin.send(new s3.PutObjectCommand({ Bucket, Key: "x", Body: "x", IfMatch: '"0"' })), "NoSuchKey");
  await told(0);
});

test("versions and markers are named; a rule's expiry is told as S3's own", async () => {
  await put({ EventBridgeConfiguration: {} });
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await admin.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const { VersionId } = await admin.send(new s3.PutObjectCommand({ Bucket, Key: "v", Body: "x" }));
  const marker = await admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "v" }));
  await admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "v", VersionId: marker.VersionId }));
  const events = await told(3);
  assert.deepEqual(
    events.map(({ detail }) => [detail.object["version-id"], detail["deletion-type"]]),
    [
      [VersionId, undefined],
      [marker.VersionId, "Delete Marker Created"],
      [marker.VersionId, "Permanently Deleted"],
    ],
  );
  const Rules = [{ Status: "Enabled" as const, Filter: {}, Expiration: { Days: 1 } }];
  const LifecycleConfiguration = { Rules };
  await admin.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
  clock.advance(3 * 86_400_000);
  world.place.s3.lifecycle.begin();
  const [expired] = await told(1);
  assert.ok(expired !== undefined);
  const { requester, reason, "deletion-type": deletionType, "source-ip-address": ip } = expired.detail;
  assert.deepEqual(
    [expired.type, requester, reason, deletionType, ip],
    ["Object Deleted", "s3.amazonaws.com", "Lifecycle Expiration", "Delete Marker Created", undefined],
  );
  const record = world.place.recorded.find(({ eventName }) => eventName === "ExpireObject");
  assert.equal(expired.detail["request-id"], record?.requestID);
});
