import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { allowing, refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

const Bucket = "reads-told";
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

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Status and headers of a refusal, as they came over the wire. */
async function refusalOf(sending: Promise<unknown>): Promise<Told> {
  const thrown: unknown = await sending.then(
    () => assert.fail("it was answered"),
    (error: unknown) => error,
  );
  const { $response } = thrown as { $response: { statusCode: number; headers: Record<string, string> } };
  return { status: $response.statusCode, headers: $response.headers };
}

const reads = [
  (client: s3.S3Client, input: s3.GetObjectCommandInput) => client.send(new s3.GetObjectCommand(input)),
  (client: s3.S3Client, input: s3.HeadObjectCommandInput) => client.send(new s3.HeadObjectCommand(input)),
];
const put = (Key: string, Body: string, more: Partial<s3.PutObjectCommandInput> = {}) =>
  admin.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));

test("what was not modified is told with its entity tag and its date", async () => {
  const { ETag } = await put("same", "content");
  const { LastModified } = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "same" }));
  for (const read of reads) {
    const { status, headers } = await refusalOf(read(admin, { Bucket, Key: "same", IfNoneMatch: ETag }));
    assert.equal(status, 304);
    assert.equal(headers["etag"], ETag);
    assert.equal(headers["last-modified"], LastModified?.toUTCString());
  }
});

test("a delete marker is told where it hides a key, and where it is asked for by its version", async () => {
  await put("hidden", "content");
  const { VersionId = "" } = await admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "hidden" }));
  for (const read of reads) {
    const latest = await refusalOf(read(admin, { Bucket, Key: "hidden" }));
    assert.deepEqual(
      [latest.status, latest.headers["x-amz-delete-marker"], latest.headers["x-amz-version-id"]],
      [404, "true", VersionId],
    );
    const named = await refusalOf(read(admin, { Bucket, Key: "hidden", VersionId }));
    assert.deepEqual(
      [named.status, named.headers["x-amz-delete-marker"], named.headers["x-amz-version-id"], named.headers["allow"]],
      [405, "true", VersionId, "DELETE"],
    );
    assert.ok(named.headers["last-modified"]);
    const never = await refusalOf(read(admin, { Bucket, Key: "never" }));
    assert.deepEqual([never.status, never.headers["x-amz-delete-marker"]], [404, undefined]);
  }
});

test("whoever may not list learns of no marker", async () => {
  await put("private/hidden", "content");
  await admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "private/hidden" }));
  const reader = world.userWith("reader", allowing(["s3:GetObject"]));
  const { status, headers } = await refusalOf(reader.send(new s3.GetObjectCommand({ Bucket, Key: "private/hidden" })));
  assert.deepEqual([status, headers["x-amz-delete-marker"], headers["x-amz-version-id"]], [403, undefined, undefined]);
});

test("a part is told with its own checksum", async () => {
  const sent = { Bucket, Key: "parts", ChecksumAlgorithm: "SHA256" } as const;
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand(sent));
  const parts = await Promise.all(
    ["a".repeat(5 * 1024 * 1024), "b"].map((Body, index) =>
      admin.send(new s3.UploadPartCommand({ ...sent, UploadId, PartNumber: index + 1, Body })),
    ),
  );
  const Parts = parts.map(({ ETag, ChecksumSHA256 }, index) => ({ ETag, ChecksumSHA256, PartNumber: index + 1 }));
  const done = { Bucket, Key: "parts", UploadId, MultipartUpload: { Parts } };
  const whole = await admin.send(new s3.CompleteMultipartUploadCommand(done));
  for (const [index, part] of parts.entries()) {
    const PartNumber = index + 1;
    const asked = { Bucket, Key: "parts", PartNumber, ChecksumMode: "ENABLED" } as const;
    const head = await admin.send(new s3.HeadObjectCommand(asked));
    assert.deepEqual([head.ChecksumSHA256, head.ChecksumType, head.PartsCount], [part.ChecksumSHA256, "COMPOSITE", 2]);
    // The client verifies what it reads against that value.
    const got = await admin.send(new s3.GetObjectCommand(asked));
    assert.equal((await got.Body?.transformToByteArray())?.byteLength, index === 0 ? 5 * 1024 * 1024 : 1);
    assert.equal(got.ChecksumSHA256, part.ChecksumSHA256);
  }
  const all = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "parts", ChecksumMode: "ENABLED" }));
  assert.equal(all.ChecksumSHA256, whole.ChecksumSHA256);
  const range = { Bucket, Key: "parts", Range: "bytes=0-3", ChecksumMode: "ENABLED" } as const;
  assert.equal((await admin.send(new s3.GetObjectCommand(range))).ChecksumSHA256, undefined);
});

test("a read that says how to encrypt is refused by the header's name", async () => {
  await put("encrypted", "content");
  const said = { "x-amz-server-side-encryption": "AES256" };
  const command = new s3.GetObjectCommand({ Bucket, Key: "encrypted" });
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, said);
      return next(args);
    },
    { step: "build" },
  );
  await refused(admin.send(command), "InvalidArgument", 400);
});
