import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { allowing, refused } from "./testing/refused.ts";
import { openS3World } from "./testing/s3-world.ts";
import type { S3World } from "./testing/s3-world.ts";

const Bucket = "conditions";
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
const isThere = async (Key: string) =>
  ((await admin.send(new s3.ListObjectsV2Command({ Bucket, Prefix: Key }))).KeyCount ?? 0) > 0;

/** How many were stored, and the codes of the others. */
async function raced(sending: readonly Promise<unknown>[]): Promise<[number, string[]]> {
  const settled = await Promise.allSettled(sending);
  const failed = settled.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).name] : []));
  return [settled.length - failed.length, [...new Set(failed)]];
}

async function uploaded(
  Key: string,
  bytes: readonly Uint8Array[],
  more: Partial<s3.CreateMultipartUploadRequest> = {},
) {
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const Parts: s3.CompletedPart[] = [];
  for (const [index, Body] of bytes.entries()) {
    const part = { Bucket, Key, UploadId, PartNumber: index + 1, Body };
    const { ChecksumAlgorithm } = more;
    if (ChecksumAlgorithm === undefined) {
      const { ETag } = await admin.send(new s3.UploadPartCommand(part));
      Parts.push({ PartNumber: index + 1, ETag });
      continue;
    }
    const told = await admin.send(new s3.UploadPartCommand({ ...part, ChecksumAlgorithm }));
    const value = `Checksum${ChecksumAlgorithm}` as keyof s3.CompletedPart;
    Parts.push({ PartNumber: index + 1, ETag: told.ETag, [value]: told[value as keyof typeof told] });
  }
  return { Bucket, Key, UploadId, MultipartUpload: { Parts } };
}

test("of fifty writes at once that want nothing there, exactly one wins: puts, copies, completed uploads", async () => {
  const none = { IfNoneMatch: "*" };
  const puts = Array.from({ length: 50 }, (_, i) => put("raced/put", `writer ${i}`, none));
  assert.deepEqual(await raced(puts), [1, ["PreconditionFailed"]]);
  const CopySource = `${Bucket}/raced/put`;
  const copies = Array.from({ length: 50 }, () =>
    admin.send(new s3.CopyObjectCommand({ Bucket, Key: "raced/copy", CopySource, ...none })),
  );
  assert.deepEqual(await raced(copies), [1, ["PreconditionFailed"]]);
  const uploads = await Promise.all(Array.from({ length: 10 }, () => uploaded("raced/parts", [Buffer.from("part")])));
  const completed = uploads.map((one) => admin.send(new s3.CompleteMultipartUploadCommand({ ...one, ...none })));
  assert.deepEqual(await raced(completed), [1, ["PreconditionFailed"]]);
});

test("of fifty writers that replace the same version, exactly one does", async () => {
  const { ETag } = await put("swapped", "first");
  const swaps = Array.from({ length: 50 }, (_, i) => put("swapped", `second ${i}`, { IfMatch: ETag }));
  assert.deepEqual(await raced(swaps), [1, ["PreconditionFailed"]]);
  const { ETag: now } = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "swapped" }));
  const doomed = Array.from({ length: 20 }, () =>
    admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "swapped", IfMatch: now })),
  );
  assert.deepEqual(await raced(doomed), [1, ["NoSuchKey"]]);
});

test("a write that wants a certain object is refused where there is none, or a delete marker", async () => {
  await refused(put("absent", "x", { IfMatch: '"abc"' }), "NoSuchKey", 404);
  const versioned = "conditions-versioned";
  await admin.send(new s3.CreateBucketCommand({ Bucket: versioned }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await admin.send(new s3.PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }));
  const { ETag } = await put("gone", "x", { Bucket: versioned });
  await admin.send(new s3.DeleteObjectCommand({ Bucket: versioned, Key: "gone" }));
  await refused(put("gone", "x", { Bucket: versioned, IfMatch: ETag }), "NoSuchKey", 404);
  await put("gone", "y", { Bucket: versioned, IfNoneMatch: "*" });
});

test("a copy looks at its destination's conditions, and at its source's", async () => {
  const { ETag } = await put("copy/from", "from");
  const there = await put("copy/to", "to");
  const copy = (more: Partial<s3.CopyObjectCommandInput>) =>
    admin.send(new s3.CopyObjectCommand({ Bucket, Key: "copy/to", CopySource: `${Bucket}/copy/from`, ...more }));
  await refused(copy({ IfNoneMatch: "*" }), "PreconditionFailed", 412);
  await refused(copy({ IfMatch: ETag }), "PreconditionFailed", 412);
  await refused(copy({ IfMatch: there.ETag, CopySourceIfMatch: there.ETag }), "PreconditionFailed", 412);
  await refused(copy({ Key: "copy/absent", IfMatch: "*" }), "NoSuchKey", 404);
  await copy({ IfMatch: there.ETag, CopySourceIfMatch: ETag });
});

test("an object is deleted only while it is what the client thinks", async () => {
  const { ETag } = await put("doomed", "x");
  const remove = (more: Partial<s3.DeleteObjectCommandInput>) =>
    admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "doomed", ...more }));
  await refused(remove({ IfMatch: '"other"' }), "PreconditionFailed", 412);
  assert.ok(await isThere("doomed"));
  await remove({ IfMatch: ETag });
  assert.ok(!(await isThere("doomed")));
  await refused(remove({ IfMatch: "*" }), "NoSuchKey", 404);
  await remove({});
});

test("of several objects each is deleted under its own condition", async () => {
  const [one, two] = [await put("many/1", "1"), await put("many/2", "2")];
  const Objects = [
    { Key: "many/1", ETag: one.ETag },
    { Key: "many/2", ETag: one.ETag },
    { Key: "many/3", ETag: two.ETag },
  ];
  const answer = await admin.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  assert.deepEqual(
    answer.Deleted?.map(({ Key }) => Key),
    ["many/1"],
  );
  assert.deepEqual(
    answer.Errors?.map(({ Key, Code }) => [Key, Code]),
    [
      ["many/2", "PreconditionFailed"],
      ["many/3", "NoSuchKey"],
    ],
  );
});

test("a deletion by entity tag takes the right to read too, and policies can demand a condition", async () => {
  const { ETag } = await put("asked", "x");
  const asked = { Bucket, Key: "asked" };
  const blind = world.userWith("blind", allowing(["s3:DeleteObject"]));
  await refused(blind.send(new s3.DeleteObjectCommand({ ...asked, IfMatch: ETag })), "AccessDenied", 403);
  const several = { Bucket, Delete: { Objects: [{ Key: "asked", ETag }] } };
  const { Errors } = await blind.send(new s3.DeleteObjectsCommand(several));
  assert.equal(Errors?.[0]?.Code, "AccessDenied");
  assert.ok(await isThere("asked"));
  await blind.send(new s3.DeleteObjectCommand({ ...asked, IfMatch: "*" }));
  const careful = world.userWith(
    "careful",
    allowing(["s3:DeleteObject", "s3:GetObject"], { StringLike: { "s3:if-match": "*" } }, [
      { Effect: "Allow", Action: "s3:GetObject", Resource: "*" },
    ]),
  );
  const again = await put("asked", "y");
  await refused(careful.send(new s3.DeleteObjectCommand(asked)), "AccessDenied", 403);
  await careful.send(new s3.DeleteObjectCommand({ ...asked, IfMatch: again.ETag }));
  assert.ok(!(await isThere("asked")));
});

test("a write by entity tag takes the right to read too, so that nobody learns by guessing", async () => {
  const { ETag } = await put("guessed", "pin=4711");
  const writer = world.userWith("write-only", allowing(["s3:PutObject"]));
  const upload = await uploaded("guessed", [Buffer.from("x")]);
  const copying = { Bucket, Key: "guessed", CopySource: `${Bucket}/copy/from` };
  await put("copy/from", "from");
  const copier = world.userWith(
    "copier",
    allowing(["s3:PutObject"], undefined, [
      { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/copy/*` },
    ]),
  );
  for (const IfMatch of [ETag, '"0"']) {
    const asked = { Bucket, Key: "guessed", Body: "x", IfMatch };
    await refused(writer.send(new s3.PutObjectCommand(asked)), "AccessDenied", 403);
    await refused(copier.send(new s3.CopyObjectCommand({ ...copying, IfMatch })), "AccessDenied", 403);
    const completing = new s3.CompleteMultipartUploadCommand({ ...upload, IfMatch });
    await refused(writer.send(completing), "AccessDenied", 403);
  }
  await writer.send(new s3.PutObjectCommand({ Bucket, Key: "guessed", Body: "y", IfMatch: "*" }));
  await refused(
    writer.send(new s3.PutObjectCommand({ Bucket, Key: "guessed", Body: "y", IfNoneMatch: "*" })),
    "PreconditionFailed",
    412,
  );
  const both = world.userWith("writer-and-reader", allowing(["s3:PutObject", "s3:GetObject"]));
  const { ETag: now } = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "guessed" }));
  await both.send(new s3.PutObjectCommand({ Bucket, Key: "guessed", Body: "z", IfMatch: now }));
});

test("that a certain object is not there is no condition of a write", async () => {
  const { ETag } = await put("unlike", "x");
  const upload = await uploaded("unlike", [Buffer.from("x")]);
  const copying = { Bucket, Key: "unlike", CopySource: `${Bucket}/unlike` };
  for (const IfNoneMatch of [ETag, '"0"']) {
    await refused(put("unlike", "y", { IfNoneMatch }), "NotImplemented", 501);
    await refused(admin.send(new s3.CopyObjectCommand({ ...copying, IfNoneMatch })), "NotImplemented", 501);
    const completing = new s3.CompleteMultipartUploadCommand({ ...upload, IfNoneMatch });
    await refused(admin.send(completing), "NotImplemented", 501);
  }
  await assert.rejects(put("unlike", "y", { IfNoneMatch: ETag }), (error: { Header?: string }) => {
    assert.equal(error.Header, "If-None-Match");
    return true;
  });
});

test("the attributes of an object tell its parts, page by page, where they have checksums", async () => {
  const bytes = [randomBytes(5 * 1024 * 1024), randomBytes(5 * 1024 * 1024), randomBytes(7)];
  const attributes = (Key: string, more: Partial<s3.GetObjectAttributesCommandInput> = {}) =>
    admin.send(
      new s3.GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ["ObjectParts", "Checksum"], ...more }),
    );
  for (const [ChecksumAlgorithm, ChecksumType] of [
    ["CRC64NVME", "FULL_OBJECT"],
    ["CRC32", "FULL_OBJECT"],
    ["CRC32", "COMPOSITE"],
    ["SHA256", "COMPOSITE"],
  ] as const) {
    const Key = `parts/${ChecksumAlgorithm}-${ChecksumType}`;
    const upload = await uploaded(Key, bytes, { ChecksumAlgorithm, ChecksumType });
    const { Parts: sent } = await admin.send(new s3.ListPartsCommand(upload));
    await admin.send(new s3.CompleteMultipartUploadCommand(upload));
    const first = await attributes(Key, { MaxParts: 2 });
    assert.equal(first.Checksum?.ChecksumType, ChecksumType);
    const { TotalPartsCount, IsTruncated, NextPartNumberMarker, Parts = [] } = first.ObjectParts ?? {};
    assert.deepEqual([TotalPartsCount, IsTruncated, NextPartNumberMarker], [3, true, "2"]);
    const rest = await attributes(Key, { PartNumberMarker: "2" });
    assert.equal(rest.ObjectParts?.IsTruncated, false);
    const value = `Checksum${ChecksumAlgorithm}` as const;
    assert.deepEqual(
      [...Parts, ...(rest.ObjectParts.Parts ?? [])].map((part) => [part.PartNumber, part.Size, part[value]]),
      sent?.map((part) => [part.PartNumber, part.Size, part[value]]),
    );
  }
  await refused(attributes("parts/CRC32-COMPOSITE", { PartNumberMarker: "x" }), "InvalidArgument", 400);
  await put("parts/whole", "x");
  assert.equal((await attributes("parts/whole")).ObjectParts, undefined);
});
