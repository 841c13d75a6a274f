import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { allowing, refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "tagged-things";
const tag = (Key: string, Value: string) => ({ Key, Value });

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await admin.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const put = (Key: string, Tagging?: string) =>
  admin.send(new s3.PutObjectCommand({ Bucket, Key, Body: "x", ...(Tagging === undefined ? {} : { Tagging }) }));
const tagsOf = async (Key: string, VersionId?: string, by = admin) =>
  (await by.send(new s3.GetObjectTaggingCommand({ Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) })))
    .TagSet;
const retag = (Key: string, TagSet: s3.Tag[], by = admin, VersionId?: string) =>
  by.send(
    new s3.PutObjectTaggingCommand({
      Bucket,
      Key,
      Tagging: { TagSet },
      ...(VersionId === undefined ? {} : { VersionId }),
    }),
  );

test("each version has tags of its own, asked for under the version's actions", async () => {
  const { VersionId: first } = await put("versions", "stage=raw");
  await put("versions", "stage=clean");
  assert.deepEqual(await tagsOf("versions", first), [tag("stage", "raw")]);
  await retag("versions", [tag("stage", "old")], admin, first);
  assert.deepEqual(await tagsOf("versions"), [tag("stage", "clean")]);
  const plain = world.userWith("no-versions", allowing(["s3:GetObjectTagging", "s3:PutObjectTagging"]));
  assert.deepEqual(await tagsOf("versions", undefined, plain), [tag("stage", "clean")]);
  await refused(tagsOf("versions", first, plain), "AccessDenied", 403);
  await refused(retag("versions", [], plain, first), "AccessDenied", 403);
  await refused(plain.send(new s3.DeleteObjectTaggingCommand({ Bucket, Key: "versions" })), "AccessDenied", 403);
  const versions = world.userWith("versions-only", allowing(["s3:DeleteObjectVersionTagging"]));
  const one = { Bucket, Key: "versions", VersionId: first };
  assert.equal((await versions.send(new s3.DeleteObjectTaggingCommand(one))).VersionId, first);
  assert.deepEqual(await tagsOf("versions", first), []);
});

test("limits of a set of tags", async () => {
  await put("limits");
  const many = (count: number) => Array.from({ length: count }, (_, i) => tag(`k${i}`, "v"));
  await retag("limits", many(10));
  await refused(retag("limits", many(11)), "InvalidTag", 400);
  await retag("limits", [tag("ä é+-=._:/@", "ü ".repeat(128))]);
  for (const wrong of [tag("k".repeat(129), ""), tag("k", "v".repeat(257)), tag("", "v"), tag("k", "a;b")]) {
    await refused(retag("limits", [wrong]), "InvalidTag", 400);
  }
  await refused(retag("limits", [tag("aws:cloudformation", "x")]), "InvalidTag", 400);
  await refused(put("limits", "a=1&a=2"), "InvalidTag", 400);
  await refused(
    put(
      "limits",
      many(11)
        .map(({ Key }) => `${Key}=v`)
        .join("&"),
    ),
    "InvalidTag",
    400,
  );
  assert.deepEqual(await tagsOf("limits"), [tag("ä é+-=._:/@", "ü ".repeat(128))]);
  const Tagging = { TagSet: many(51) };
  await refused(admin.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging })), "InvalidTag", 400);
  await refused(tagsOf("nobody"), "NoSuchKey", 404);
  await refused(tagsOf("limits", "nowhere".padEnd(32, ".")), "NoSuchVersion", 404);
  const { VersionId: marker } = await admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "limits" }));
  await refused(tagsOf("limits", marker), "MethodNotAllowed", 405);
});

test("a copy takes the tags over, or brings its own", async () => {
  await put("source", "stage=raw");
  const copy = (Key: string, more: Partial<s3.CopyObjectCommandInput> = {}) =>
    admin.send(new s3.CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source`, ...more }));
  await copy("same");
  assert.deepEqual(await tagsOf("same"), [tag("stage", "raw")]);
  await copy("own", { TaggingDirective: "REPLACE", Tagging: "stage=copied" });
  assert.deepEqual(await tagsOf("own"), [tag("stage", "copied")]);
  await copy("none", { TaggingDirective: "REPLACE" });
  assert.deepEqual(await tagsOf("none"), []);
});

test("policies see the tags that are there, and those that a request brings", async () => {
  await put("open", "level=public");
  await put("closed", "level=secret");
  const existing = { StringEquals: { "s3:ExistingObjectTag/level": "public" } };
  const reader = world.userWith("reads-public", allowing(["s3:GetObject", "s3:GetObjectTagging"], existing));
  const read = (Key: string) => reader.send(new s3.GetObjectCommand({ Bucket, Key }));
  await read("open");
  await refused(read("closed"), "AccessDenied", 403);
  await refused(tagsOf("closed", undefined, reader), "AccessDenied", 403);
  const requested = {
    StringEquals: { "s3:RequestObjectTag/level": "public" },
    "ForAllValues:StringEquals": { "s3:RequestObjectTagKeys": ["level", "team"] },
  };
  const writer = world.userWith("tags-public", allowing(["s3:PutObject", "s3:PutObjectTagging"], requested));
  const write = (Tagging: string) => writer.send(new s3.PutObjectCommand({ Bucket, Key: "new", Body: "x", Tagging }));
  await write("level=public&team=a");
  await refused(write("level=secret"), "AccessDenied", 403);
  await refused(write("level=public&other=b"), "AccessDenied", 403);
  await retag("new", [tag("level", "public")], writer);
  await refused(retag("new", [tag("level", "secret")], writer), "AccessDenied", 403);
});
