import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "workshop-data";

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const put = (
  Key: string,
  Body: NonNullable<s3.PutObjectCommandInput["Body"]>,
  more: Partial<s3.PutObjectCommandInput> = {},
) => admin.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string, more: Partial<s3.GetObjectCommandInput> = {}) =>
  (await admin.send(new s3.GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();
const fails = (sending: Promise<unknown>, name: string, status?: number) =>
  assert.rejects(sending, (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name, error.message);
    if (status !== undefined) assert.equal(error.$metadata?.httpStatusCode, status);
    return true;
  });

test("buckets: made, found, listed, refused, removed", async () => {
  const other = "another-bucket";
  const made = await admin.send(new s3.CreateBucketCommand({ Bucket: other }));
  assert.equal(made.Location, `/${other}`);
  await fails(admin.send(new s3.CreateBucketCommand({ Bucket: "Not_A_Name" })), "InvalidBucketName", 400);
  await fails(
    admin.send(new s3.CreateBucketCommand({ Bucket: "third-bucket", ACL: "public-read" })),
    "AccessControlListNotSupported",
  );
  const names = (await admin.send(new s3.ListBucketsCommand({}))).Buckets?.map((one) => one.Name);
  assert.deepEqual(names, [other, Bucket]);
  assert.equal((await admin.send(new s3.HeadBucketCommand({ Bucket: other }))).BucketRegion, "us-east-1");
  await fails(admin.send(new s3.HeadBucketCommand({ Bucket: "nope-nope" })), "NotFound", 404);
  assert.equal((await admin.send(new s3.GetBucketLocationCommand({ Bucket: other }))).LocationConstraint, undefined);
  const foreign = new s3.HeadBucketCommand({ Bucket: other, ExpectedBucketOwner: "999999999999" });
  await fails(admin.send(foreign), "Unknown", 403);
  await admin.send(new s3.PutObjectCommand({ Bucket: other, Key: "k", Body: "x" }));
  await fails(admin.send(new s3.DeleteBucketCommand({ Bucket: other })), "BucketNotEmpty", 409);
  await admin.send(new s3.DeleteObjectCommand({ Bucket: other, Key: "k" }));
  await admin.send(new s3.DeleteBucketCommand({ Bucket: other }));
  await fails(admin.send(new s3.DeleteBucketCommand({ Bucket: other })), "NoSuchBucket", 404);
});

test("objects: bytes, metadata and headers come back; streams too", async () => {
  const answer = await put("a/plain.csv", "a,b\n1,2\n", {
    ContentType: "text/csv",
    CacheControl: "no-store",
    ContentDisposition: "attachment",
    ContentEncoding: "identity",
    ContentLanguage: "de",
    Expires: new Date("2030-01-01T00:00:00Z"),
    Metadata: { origin: "lab" },
    Tagging: "stage=raw&owner=me",
  });
  const etag = `"${createHash("md5").update("a,b\n1,2\n").digest("hex")}"`;
  assert.equal(answer.ETag, etag);
  assert.equal(answer.ServerSideEncryption, "AES256");
  assert.ok(answer.ChecksumCRC32);
  const found = await admin.send(new s3.GetObjectCommand({ Bucket, Key: "a/plain.csv" }));
  assert.equal(await found.Body?.transformToString(), "a,b\n1,2\n");
  assert.deepEqual(
    [found.ContentType, found.CacheControl, found.ContentDisposition, found.ContentEncoding, found.ContentLanguage],
    ["text/csv", "no-store", "attachment", "identity", "de"],
  );
  assert.deepEqual([found.Metadata, found.TagCount, found.ETag], [{ origin: "lab" }, 2, etag]);
  assert.equal(found.ChecksumCRC32, answer.ChecksumCRC32);
  assert.equal(found.ExpiresString, "Tue, 01 Jan 2030 00:00:00 GMT");
  const head = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "a/plain.csv" }));
  assert.deepEqual([head.ContentLength, head.ETag, head.AcceptRanges], [8, etag, "bytes"]);

  const bytes = randomBytes(3_000_000);
  await put("a/stream", Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]), {
    ContentLength: bytes.byteLength,
  });
  const back = await (
    await admin.send(new s3.GetObjectCommand({ Bucket, Key: "a/stream" }))
  ).Body?.transformToByteArray();
  assert.ok(Buffer.from(back ?? []).equals(bytes));
  await put("a/empty", "");
  assert.equal(await text("a/empty"), "");
});

test("keys with every kind of character", async () => {
  const keys = ["x y", "x+y", "ü/ä", "a&b=c", "%41", "quote\"'<>", "dots/../up", "//double", "𐀀", "trailing/"];
  for (const key of keys) await put(`odd/${key}`, key);
  for (const key of keys) assert.equal(await text(`odd/${key}`), key, key);
  for (const EncodingType of [undefined, "url"] as const) {
    const listed = await admin.send(
      new s3.ListObjectsV2Command({ Bucket, Prefix: "odd/", ...(EncodingType === undefined ? {} : { EncodingType }) }),
    );
    const names = listed.Contents?.map((one) => (EncodingType === "url" ? decodeURIComponent(one.Key ?? "") : one.Key));
    assert.deepEqual(names?.toSorted(), keys.map((key) => `odd/${key}`).toSorted());
  }
  await fails(put("k".repeat(1025), "x"), "KeyTooLongError", 400);
});

test("ranges and conditions", async () => {
  const { ETag = "" } = await put("r", "0123456789");
  const part = await admin.send(new s3.GetObjectCommand({ Bucket, Key: "r", Range: "bytes=2-4" }));
  assert.equal(await part.Body?.transformToString(), "234");
  assert.deepEqual([part.ContentRange, part.ContentLength], ["bytes 2-4/10", 3]);
  assert.equal(part.$metadata.httpStatusCode, 206);
  assert.equal(await text("r", { Range: "bytes=-2" }), "89");
  await fails(text("r", { Range: "bytes=10-" }), "InvalidRange", 416);
  await fails(text("r", { IfMatch: '"other"' }), "PreconditionFailed", 412);
  assert.equal(await text("r", { IfMatch: ETag }), "0123456789");
  await fails(text("r", { IfNoneMatch: ETag }), "Unknown", 304);
  await fails(put("r", "new", { IfNoneMatch: "*" }), "PreconditionFailed", 412);
  await put("r", "new", { IfMatch: ETag });
  assert.equal(await text("r"), "new");
});

test("checksums and MD5: what is claimed is verified", async () => {
  await fails(put("c", "abc", { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" }), "BadDigest", 400);
  await fails(put("c", "abc", { ChecksumSHA256: Buffer.alloc(32).toString("base64") }), "BadDigest", 400);
  await fails(admin.send(new s3.HeadObjectCommand({ Bucket, Key: "c" })), "NotFound", 404);
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "SHA1", "SHA256"] as const) {
    await put("c", "abc", { ChecksumAlgorithm });
    const head = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "c", ChecksumMode: "ENABLED" }));
    assert.ok(head[`Checksum${ChecksumAlgorithm}`], ChecksumAlgorithm);
    assert.equal(head.ChecksumType, "FULL_OBJECT");
    assert.equal(await text("c", { ChecksumMode: "ENABLED" }), "abc");
  }
  const facts = await admin.send(
    new s3.GetObjectAttributesCommand({ Bucket, Key: "c", ObjectAttributes: ["ETag", "Checksum", "ObjectSize"] }),
  );
  assert.deepEqual([facts.ObjectSize, facts.ETag], [3, createHash("md5").update("abc").digest("hex")]);
  assert.equal(facts.Checksum?.ChecksumSHA256, createHash("sha256").update("abc").digest("base64"));
});

test("copies: within and across keys, with the source's permission", async () => {
  await put("copy/from ü+", "content", { Metadata: { a: "1" }, ContentType: "text/x" });
  const CopySource = `${Bucket}/${encodeURIComponent("copy/from ü+")}`;
  const copied = await admin.send(new s3.CopyObjectCommand({ Bucket, Key: "copy/to", CopySource }));
  assert.equal(copied.CopyObjectResult?.ETag, `"${createHash("md5").update("content").digest("hex")}"`);
  const head = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "copy/to" }));
  assert.deepEqual([head.Metadata, head.ContentType], [{ a: "1" }, "text/x"]);
  const replace = { MetadataDirective: "REPLACE", Metadata: { b: "2" } } as const;
  await admin.send(new s3.CopyObjectCommand({ Bucket, Key: "copy/to", CopySource, ...replace }));
  assert.deepEqual((await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "copy/to" }))).Metadata, { b: "2" });
  const onto = new s3.CopyObjectCommand({ Bucket, Key: "copy/to", CopySource: `${Bucket}/copy/to` });
  await fails(admin.send(onto), "InvalidRequest", 400);
  await fails(admin.send(new s3.CopyObjectCommand({ Bucket, Key: "x", CopySource: `${Bucket}/nope` })), "NoSuchKey");
  const writer = world.userWith("copier", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:PutObject"], Resource: "*" }],
  });
  await fails(writer.send(new s3.CopyObjectCommand({ Bucket, Key: "copy/stolen", CopySource })), "AccessDenied", 403);
});

test("versions, delete markers and their listing", async () => {
  const versioned = "versioned-bucket";
  await admin.send(new s3.CreateBucketCommand({ Bucket: versioned }));
  assert.equal((await admin.send(new s3.GetBucketVersioningCommand({ Bucket: versioned }))).Status, undefined);
  await admin.send(
    new s3.PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: "Enabled" } }),
  );
  const write = async (Key: string, Body: string) =>
    (await admin.send(new s3.PutObjectCommand({ Bucket: versioned, Key, Body }))).VersionId;
  const read = async (VersionId?: string) => {
    const found = await admin.send(new s3.GetObjectCommand({ Bucket: versioned, Key: "k", VersionId }));
    return await found.Body?.transformToString();
  };
  const first = await write("k", "one");
  const second = await write("k", "two");
  await write("l", "other");
  assert.deepEqual([await read(), await read(first)], ["two", "one"]);
  const marker = await admin.send(new s3.DeleteObjectCommand({ Bucket: versioned, Key: "k" }));
  assert.equal(marker.DeleteMarker, true);
  await fails(read(), "NoSuchKey", 404);
  await fails(read(marker.VersionId), "MethodNotAllowed", 405);
  await fails(read("nonesuch".padEnd(32, ".")), "NoSuchVersion", 404);
  const malformed = "nonesuch";
  await fails(read(malformed), "InvalidArgument", 400);
  const named = { Bucket: versioned, Key: "k", VersionId: malformed };
  await fails(admin.send(new s3.DeleteObjectCommand(named)), "InvalidArgument", 400);
  await fails(admin.send(new s3.GetObjectTaggingCommand(named)), "InvalidArgument", 400);
  const CopySource = `${versioned}/k?versionId=${malformed}`;
  await fails(admin.send(new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource })), "InvalidArgument", 400);
  const after = { Bucket: versioned, KeyMarker: "k", VersionIdMarker: malformed };
  await assert.rejects(admin.send(new s3.ListObjectVersionsCommand(after)), {
    message: "Invalid version id specified",
    ArgumentName: "version-id-marker",
    ArgumentValue: malformed,
  });
  assert.equal(await read(second), "two");

  const seen: string[] = [];
  let page: Partial<s3.ListObjectVersionsCommandOutput> = {};
  do {
    page = await admin.send(
      new s3.ListObjectVersionsCommand({
        Bucket: versioned,
        MaxKeys: 1,
        KeyMarker: page.NextKeyMarker,
        VersionIdMarker: page.NextVersionIdMarker,
      }),
    );
    seen.push(...(page.Versions ?? []).map((one) => `${one.Key} ${one.VersionId === second ? "two" : "v"}`));
    seen.push(...(page.DeleteMarkers ?? []).map((one) => `${one.Key} marker ${one.IsLatest}`));
  } while (page.IsTruncated);
  assert.deepEqual(seen, ["k marker true", "k two", "k v", "l v"]);
  await admin.send(new s3.DeleteObjectCommand({ Bucket: versioned, Key: "k", VersionId: marker.VersionId }));
  assert.equal(await read(), "two");
  const many = await admin.send(
    new s3.DeleteObjectsCommand({
      Bucket: versioned,
      Delete: { Objects: [{ Key: "k", VersionId: first }, { Key: "k", VersionId: second }, { Key: "l" }] },
    }),
  );
  assert.equal(many.Deleted?.length, 3);
  assert.equal(many.Deleted[2]?.DeleteMarker, true);
});

test("listings: pages, delimiters, both forms", async () => {
  const keys = ["list/a", "list/b/1", "list/b/2", "list/c/1", "list/d"];
  for (const key of keys) await put(key, key);
  const seen: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page: s3.ListObjectsV2CommandOutput = await admin.send(
      new s3.ListObjectsV2Command({ Bucket, Prefix: "list/", Delimiter: "/", MaxKeys: 2, ContinuationToken }),
    );
    seen.push(...(page.Contents ?? []).map((one) => one.Key), ...(page.CommonPrefixes ?? []).map((one) => one.Prefix));
    ContinuationToken = page.NextContinuationToken;
    assert.ok((page.KeyCount ?? 0) <= 2);
  } while (ContinuationToken !== undefined);
  assert.deepEqual(seen.toSorted(), ["list/a", "list/b/", "list/c/", "list/d"]);
  const start = await admin.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "list/", StartAfter: "list/b/1" }));
  assert.deepEqual(
    start.Contents?.map((one) => one.Key),
    keys.slice(2),
  );
  const old = await admin.send(new s3.ListObjectsCommand({ Bucket, Prefix: "list/", Delimiter: "/", MaxKeys: 2 }));
  assert.equal(old.NextMarker, "list/b/");
  const rest = await admin.send(
    new s3.ListObjectsCommand({ Bucket, Prefix: "list/", Delimiter: "/", Marker: old.NextMarker }),
  );
  assert.deepEqual(
    rest.CommonPrefixes?.map((one) => one.Prefix),
    ["list/c/"],
  );
  assert.deepEqual(
    rest.Contents?.map((one) => one.Key),
    ["list/d"],
  );
  await fails(admin.send(new s3.ListObjectsV2Command({ Bucket, ContinuationToken: "rubbish" })), "InvalidArgument");
  await fails(admin.send(new s3.ListObjectsV2Command({ Bucket: "no-such-bucket" })), "NoSuchBucket", 404);
});

test("multipart uploads", async () => {
  const Key = "mpu/big";
  const { UploadId } = await admin.send(
    new s3.CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "CRC32" }),
  );
  const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)];
  const sent = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const { ETag, ChecksumCRC32 } = await admin.send(
      new s3.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: "CRC32" }),
    );
    assert.ok(ChecksumCRC32);
    sent.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  const listed = await admin.send(new s3.ListPartsCommand({ Bucket, Key, UploadId }));
  assert.deepEqual(
    listed.Parts?.map((one) => one.Size),
    [5 * 1024 * 1024, 1000],
  );
  const uploads = await admin.send(new s3.ListMultipartUploadsCommand({ Bucket }));
  assert.deepEqual(
    uploads.Uploads?.map((one) => one.UploadId),
    [UploadId],
  );
  const complete = (Parts: s3.CompletedPart[]) =>
    admin.send(new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  await fails(complete([...sent].reverse()), "InvalidPartOrder", 400);
  await fails(complete([{ ...sent[0], ETag: '"0"' }]), "InvalidPart", 400);
  const done = await complete(sent);
  assert.match(done.ETag ?? "", /-2"$/);
  assert.match(done.ChecksumCRC32 ?? "", /-2$/);
  const back = await (await admin.send(new s3.GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
  assert.ok(Buffer.from(back ?? []).equals(Buffer.concat(parts)));
  const second = await admin.send(new s3.HeadObjectCommand({ Bucket, Key, PartNumber: 2 }));
  assert.deepEqual([second.ContentLength, second.PartsCount], [1000, 2]);
  assert.equal((await complete(sent)).ETag, done.ETag);

  const copy = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "mpu/copy" }));
  const range = { CopySource: `${Bucket}/${Key}`, CopySourceRange: "bytes=10-19" };
  const target = { Bucket, Key: "mpu/copy", UploadId: copy.UploadId };
  const copied = await admin.send(new s3.UploadPartCopyCommand({ ...target, PartNumber: 1, ...range }));
  assert.ok(copied.CopyPartResult?.ETag);
  await admin.send(new s3.AbortMultipartUploadCommand(target));
  await fails(admin.send(new s3.ListPartsCommand(target)), "NoSuchUpload", 404);
});

test("encryption: the bucket's default, a key of KMS, and a key that is disabled", async () => {
  const { key } = world.place.encryption.keys.create({}) as { key: { keyId: string; keyArn: string } };
  const rule = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: key.keyArn } as const;
  const secret = "secret-bucket";
  await admin.send(new s3.CreateBucketCommand({ Bucket: secret }));
  await admin.send(
    new s3.PutBucketEncryptionCommand({
      Bucket: secret,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] },
    }),
  );
  const told = await admin.send(new s3.GetBucketEncryptionCommand({ Bucket: secret }));
  assert.deepEqual(told.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault, rule);
  const stored = await admin.send(new s3.PutObjectCommand({ Bucket: secret, Key: "k", Body: "x" }));
  assert.deepEqual([stored.ServerSideEncryption, stored.SSEKMSKeyId], ["aws:kms", key.keyArn]);
  world.place.encryption.keys.setEnabled(key.keyId, false);
  const read = admin.send(new s3.GetObjectCommand({ Bucket: secret, Key: "k" }));
  await assert.rejects(
    read,
    (error: Error) => error.name === "KMS.DisabledException" && error.message.includes(key.keyArn),
  );
  world.place.encryption.keys.setEnabled(key.keyId, true);
  const unknown = put("kms", "x", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: "alias/nope" });
  await fails(unknown, "KMS.NotFoundException", 400);
  await fails(put("dsse", "x", { ServerSideEncryption: "aws:kms:dsse" }), "NotImplemented", 501);
});

test("bucket policies decide, and faulty ones are refused", async () => {
  const guarded = "guarded-bucket";
  await admin.send(new s3.CreateBucketCommand({ Bucket: guarded }));
  await fails(admin.send(new s3.GetBucketPolicyCommand({ Bucket: guarded })), "NoSuchBucketPolicy", 404);
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const deny = policy({
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
    Resource: [`arn:aws:s3:::${guarded}`, `arn:aws:s3:::${guarded}/*`],
    Condition: { StringNotEquals: { "aws:sourceVpce": "vpce-1" } },
  });
  const set = (Policy: string) => admin.send(new s3.PutBucketPolicyCommand({ Bucket: guarded, Policy }));
  await fails(set("{"), "MalformedPolicy", 400);
  await fails(set(policy({ Effect: "Maybe" })), "MalformedPolicy", 400);
  await fails(
    set(policy({ Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::other/*" })),
    "MalformedPolicy",
    400,
  );
  await set(deny);
  const object = { Bucket: guarded, Key: "k" };
  await fails(admin.send(new s3.PutObjectCommand({ ...object, Body: "x" })), "AccessDenied", 403);
  await fails(admin.send(new s3.GetObjectCommand(object)), "AccessDenied", 403);
  await fails(admin.send(new s3.ListObjectsV2Command({ Bucket: guarded })), "AccessDenied", 403);
  assert.equal((await admin.send(new s3.GetBucketPolicyCommand({ Bucket: guarded }))).Policy, deny);
  await admin.send(new s3.DeleteBucketPolicyCommand({ Bucket: guarded }));
  await admin.send(new s3.PutObjectCommand({ ...object, Body: "x" }));

  const block = { BlockPublicPolicy: true };
  await fails(
    admin.send(new s3.GetPublicAccessBlockCommand({ Bucket: guarded })),
    "NoSuchPublicAccessBlockConfiguration",
  );
  await admin.send(new s3.PutPublicAccessBlockCommand({ Bucket: guarded, PublicAccessBlockConfiguration: block }));
  const open = policy({
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${guarded}/*`,
  });
  await fails(set(open), "AccessDenied", 403);
});

test("what a user may not do is refused, version-aware and prefix-aware", async () => {
  await put("mine/x", "x");
  await put("yours/x", "x");
  const user = world.userWith("reader", {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/mine/*` },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: `arn:aws:s3:::${Bucket}`,
        Condition: { StringLike: { "s3:prefix": "mine/*" } },
      },
      { Effect: "Allow", Action: "s3:DeleteObject", Resource: `arn:aws:s3:::${Bucket}/mine/*` },
    ],
  });
  await user.send(new s3.GetObjectCommand({ Bucket, Key: "mine/x" }));
  await fails(user.send(new s3.GetObjectCommand({ Bucket, Key: "yours/x" })), "AccessDenied", 403);
  await fails(user.send(new s3.GetObjectCommand({ Bucket, Key: "mine/x", VersionId: "null" })), "AccessDenied", 403);
  await user.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "mine/" }));
  await fails(user.send(new s3.ListObjectsV2Command({ Bucket })), "AccessDenied", 403);
  // Whoever may not list everything does not learn that a key is missing.
  await fails(user.send(new s3.GetObjectCommand({ Bucket, Key: "mine/nope" })), "AccessDenied", 403);
  const many = await user.send(
    new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "mine/x" }, { Key: "yours/x" }] } }),
  );
  assert.deepEqual(
    many.Deleted?.map((one) => one.Key),
    ["mine/x"],
  );
  assert.deepEqual(
    many.Errors?.map((one) => [one.Key, one.Code]),
    [["yours/x", "AccessDenied"]],
  );
});

test("tags of buckets and objects", async () => {
  await fails(admin.send(new s3.GetBucketTaggingCommand({ Bucket })), "NoSuchTagSet", 404);
  const TagSet = [{ Key: "team", Value: "risk" }];
  await admin.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  assert.deepEqual((await admin.send(new s3.GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet);
  await admin.send(new s3.DeleteBucketTaggingCommand({ Bucket }));
  await put("tagged", "x");
  await admin.send(new s3.PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet } }));
  assert.deepEqual((await admin.send(new s3.GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet, TagSet);
  await fails(
    admin.send(new s3.PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet: [...TagSet, ...TagSet] } })),
    "InvalidTag",
    400,
  );
  await admin.send(new s3.DeleteObjectTaggingCommand({ Bucket, Key: "tagged" }));
  assert.deepEqual((await admin.send(new s3.GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet, []);
});

test("what is not supported is refused by name", async () => {
  await fails(put("x", "x", { WebsiteRedirectLocation: "/y" }), "NotImplemented", 501);
  await fails(put("x", "x", { StorageClass: "GLACIER" }), "InvalidArgument", 400);
  const grants = [
    { ACL: "public-read" },
    { GrantFullControl: "id=1" },
    { GrantRead: "id=1" },
    { GrantWriteACP: "id=1" },
  ];
  for (const grant of grants as readonly { ACL?: "public-read"; GrantRead?: string }[]) {
    const [code, key] = ["AccessControlListNotSupported", { Bucket, Key: "x" }];
    await fails(put("x", "x", grant), code, 400);
    await fails(admin.send(new s3.CreateMultipartUploadCommand({ ...key, ...grant })), code, 400);
    await fails(admin.send(new s3.CopyObjectCommand({ ...key, CopySource: `${Bucket}/x`, ...grant })), code, 400);
    await fails(admin.send(new s3.CreateBucketCommand({ Bucket: "with-grants", ...grant })), code, 400);
  }
  await fails(admin.send(new s3.GetBucketMetadataConfigurationCommand({ Bucket })), "NotImplemented", 501);
  const meta = { Metadata: { big: "x".repeat(2100) } };
  await fails(put("x", "x", meta), "MetadataTooLarge", 400);
});
