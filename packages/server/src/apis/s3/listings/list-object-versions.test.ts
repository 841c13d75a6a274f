import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";
import { signedRequest } from "../testing/signed-request.ts";

const Bucket = "listed-versions";
let world: S3World;
let admin: s3.S3Client;

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await admin.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
});
after(() => world[Symbol.asyncDispose]());

test("versions and delete markers stand among each other, by key, the newest first", async () => {
  const put = (Key: string) => admin.send(new s3.PutObjectCommand({ Bucket, Key, Body: "x" }));
  const remove = (Key: string) => admin.send(new s3.DeleteObjectCommand({ Bucket, Key }));
  for (const step of [put, remove, put, remove]) await step("a");
  for (const step of [remove, put]) await step("b ü");
  await put("c");
  await put("d/1");

  const target = `/${Bucket}?delimiter=%2F&encoding-type=url&versions`;
  const { text } = await signedRequest(world.endpoint, admin, { method: "GET", target });
  const told = [...text.matchAll(/<(Version|DeleteMarker|CommonPrefixes)>.*?<\/\1>/g)].map(([element, name]) => {
    const key = /<Key>(.*?)</.exec(element)?.[1] ?? "";
    return [name, key, element.includes("<IsLatest>true<") ? "latest" : ""].join(" ").trim();
  });
  assert.deepEqual(told, [
    "DeleteMarker a latest",
    "Version a",
    "DeleteMarker a",
    "Version a",
    "Version b%20%C3%BC latest",
    "DeleteMarker b%20%C3%BC",
    "Version c latest",
    "CommonPrefixes",
  ]);

  const listed = await admin.send(new s3.ListObjectVersionsCommand({ Bucket, Delimiter: "/" }));
  const keysOf = (items: readonly { Key?: string | undefined }[] = []) => items.map(({ Key }) => Key);
  assert.deepEqual(keysOf(listed.Versions), ["a", "a", "b ü", "c"]);
  assert.deepEqual(keysOf(listed.DeleteMarkers), ["a", "a", "b ü"]);
  assert.deepEqual(listed.CommonPrefixes, [{ Prefix: "d/" }]);
  assert.deepEqual([listed.Versions?.[3]?.Size, listed.DeleteMarkers?.[0]?.IsLatest], [1, true]);
});
