import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { allowing, refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

const Bucket = "writes-told";
let world: S3World;
let admin: s3.S3Client;

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
});
after(() => world[Symbol.asyncDispose]());

const put = (Key: string, Body: string, more: Partial<s3.PutObjectCommandInput> = {}) =>
  admin.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));

async function uploadedIn(bucket: string, Key: string) {
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket: bucket, Key }));
  const part = { Bucket: bucket, Key, UploadId, PartNumber: 1 };
  const { ETag } = await admin.send(new s3.UploadPartCommand({ ...part, Body: "part" }));
  return { Bucket: bucket, Key, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
}

test("a write names its version where versioning is on, and none where it is suspended", async () => {
  const suspended = "writes-suspended";
  await admin.send(new s3.CreateBucketCommand({ Bucket: suspended }));
  const versioning = (Status: "Enabled" | "Suspended") =>
    admin.send(new s3.PutBucketVersioningCommand({ Bucket: suspended, VersioningConfiguration: { Status } }));
  const written = async () => [
    (await put("put", "x", { Bucket: suspended })).VersionId,
    (await admin.send(new s3.CopyObjectCommand({ Bucket: suspended, Key: "copy", CopySource: `${suspended}/put` })))
      .VersionId,
    (await admin.send(new s3.CompleteMultipartUploadCommand(await uploadedIn(suspended, "parts")))).VersionId,
  ];
  await versioning("Enabled");
  for (const versionId of await written()) assert.match(versionId ?? "", /^[\w.]{32}$/);
  await versioning("Suspended");
  assert.deepEqual(await written(), [undefined, undefined, undefined]);
  // Reads, listings and deletions call it null.
  const head = await admin.send(new s3.HeadObjectCommand({ Bucket: suspended, Key: "put" }));
  assert.equal(head.VersionId, "null");
  const deleted = await admin.send(new s3.DeleteObjectCommand({ Bucket: suspended, Key: "put" }));
  assert.deepEqual([deleted.VersionId, deleted.DeleteMarker], ["null", true]);
});

test("a policy and tags of a bucket are taken without a word", async () => {
  const Resource = `arn:aws:s3:::${Bucket}`;
  const allowed = { Effect: "Allow", Principal: { AWS: "111122223333" }, Action: "s3:ListBucket", Resource };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allowed] });
  const policy = await admin.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
  assert.equal(policy.$metadata.httpStatusCode, 204);
  const Tagging = { TagSet: [{ Key: "stage", Value: "raw" }] };
  const tagging = await admin.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging }));
  assert.equal(tagging.$metadata.httpStatusCode, 204);
});

test("one's own bucket is made again in the oldest region, but does not come to lock objects by that", async () => {
  await put("kept", "content");
  assert.equal((await admin.send(new s3.CreateBucketCommand({ Bucket }))).Location, `/${Bucket}`);
  assert.equal((await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "kept" }))).ContentLength, 7);
  const locking = new s3.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true });
  await refused(admin.send(locking), "BucketAlreadyOwnedByYou", 409);
});

test("an upload is not completed without parts", async () => {
  const { Key, UploadId } = await uploadedIn(Bucket, "nothing");
  const named = { Bucket, Key, UploadId };
  await refused(admin.send(new s3.CompleteMultipartUploadCommand(named)), "MalformedXML", 400);
  const MultipartUpload = { Parts: [] };
  await refused(admin.send(new s3.CompleteMultipartUploadCommand({ ...named, MultipartUpload })), "MalformedXML", 400);
});

test("tags come back in order of their keys", async () => {
  await put("tagged", "x", { Tagging: "foo=bar&bar" });
  const { TagSet } = await admin.send(new s3.GetObjectTaggingCommand({ Bucket, Key: "tagged" }));
  assert.deepEqual(TagSet, [
    { Key: "bar", Value: "" },
    { Key: "foo", Value: "bar" },
  ]);
});

test("codings come back as they were sent, without the one of the transfer", async () => {
  const stored = async (ContentEncoding: string) => {
    await put("coded", "x", { ContentEncoding });
    return (await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "coded" }))).ContentEncoding;
  };
  assert.equal(await stored("deflate, gzip"), "deflate, gzip");
  assert.equal(await stored("deflate,gzip"), "deflate,gzip");
});

test("what cannot be a checksum is told from one that does not match", async () => {
  await refused(put("bad", "x", { ChecksumSHA256: "bad" }), "InvalidRequest", 400);
  await refused(put("bad", "x", { ContentMD5: "bad" }), "InvalidDigest", 400);
  await refused(put("bad", "x", { ChecksumSHA256: Buffer.alloc(32).toString("base64") }), "BadDigest", 400);
});

test("a class of storage that there is not is told from one that is not served", async () => {
  const upload = { Bucket, Key: "classed" };
  for (const [StorageClass, code] of [
    ["NONESUCH", "InvalidStorageClass"],
    ["GLACIER", "InvalidArgument"],
  ] as const) {
    const asked = { ...upload, StorageClass: StorageClass as s3.StorageClass };
    await refused(put("classed", "x", asked), code, 400);
    await refused(admin.send(new s3.CreateMultipartUploadCommand(asked)), code, 400);
    const copy = new s3.CopyObjectCommand({ ...asked, CopySource: `${Bucket}/kept` });
    await refused(admin.send(copy), code, 400);
  }
  await put("classed", "x", { StorageClass: "STANDARD" });
});

test("objects are deleted up to a thousand at once, and one at least", async () => {
  const remove = (keys: number) => {
    const Objects = Array.from({ length: keys }, (_, i) => ({ Key: `never/${i}` }));
    return admin.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  };
  await refused(remove(0), "MalformedXML", 400);
  await refused(remove(1001), "MalformedXML", 400);
  assert.equal((await remove(1000)).Deleted?.length, 1000);
});

/** A client that sends these headers, and none that begins with `left`. */
function saying(headers: Readonly<Record<string, string>>, left = "x-none"): s3.S3Client {
  const client = world.userWith(`saying-${Object.keys(headers).join("-")}-${left}`, allowing(["s3:*"]));
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { headers: Record<string, string> };
      const kept = Object.entries(request.headers).filter(([name]) => !name.toLowerCase().startsWith(left));
      request.headers = { ...Object.fromEntries(kept), ...headers };
      return next(args);
    },
    { step: "build", priority: "low", name: "other headers" },
  );
  return client;
}

test("what is deleted or expires is named in a document with a digest beside it", async () => {
  const bare = saying({}, "x-amz-checksum-");
  const Delete = { Objects: [{ Key: "never" }] };
  await refused(bare.send(new s3.DeleteObjectsCommand({ Bucket, Delete })), "InvalidRequest", 400);
  const Rules = [{ ID: "all", Status: "Enabled", Filter: {}, Expiration: { Days: 1 } } as const];
  const LifecycleConfiguration = { Rules };
  const configuring = new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration });
  await refused(bare.send(configuring), "InvalidRequest", 400);
  const ContentMD5 = createHash("md5").update("").digest("base64");
  const wrong = saying({ "content-md5": ContentMD5 }, "x-amz-checksum-");
  await refused(wrong.send(new s3.DeleteObjectsCommand({ Bucket, Delete })), "BadDigest", 400);
});

test("the encryption of an upload is said when it is begun", async () => {
  const { Key, UploadId } = await uploadedIn(Bucket, "said-late");
  const named = { Bucket, Key, UploadId };
  await put("source", "x");
  for (const headers of [
    { "x-amz-server-side-encryption": "AES256" },
    { "x-amz-server-side-encryption-aws-kms-key-id": "alias/x" },
  ]) {
    const late = saying(headers);
    const Parts = [{ PartNumber: 1, ETag: '"0"' }];
    const part = { ...named, PartNumber: 1 };
    for (const send of [
      () => late.send(new s3.UploadPartCommand({ ...part, Body: "x" })),
      () => late.send(new s3.UploadPartCopyCommand({ ...part, CopySource: `${Bucket}/source` })),
      () => late.send(new s3.CompleteMultipartUploadCommand({ ...named, MultipartUpload: { Parts } })),
    ]) {
      await assert.rejects(send, (error: Error) => {
        assert.equal(error.name, "InvalidArgument");
        assert.match(error.message, new RegExp(`^${Object.keys(headers)[0] ?? ""} header is not supported`));
        return true;
      });
    }
  }
});

test("a listing tells no delimiter where it was given none", async () => {
  const listings = [
    (Delimiter: string) => admin.send(new s3.ListObjectsCommand({ Bucket, Delimiter })),
    (Delimiter: string) => admin.send(new s3.ListObjectsV2Command({ Bucket, Delimiter })),
    (Delimiter: string) => admin.send(new s3.ListObjectVersionsCommand({ Bucket, Delimiter })),
  ];
  for (const list of listings) {
    assert.equal((await list("")).Delimiter, undefined);
    assert.equal((await list("/")).Delimiter, "/");
  }
});
