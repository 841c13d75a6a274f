import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { asSource, newCustomerKey, withHeaders } from "../testing/customer-key.ts";
import type { CustomerKeyMembers } from "../testing/customer-key.ts";
import { allowing, refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "customers-things";
const [mine, yours] = [newCustomerKey(), newCustomerKey()];

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  await put("plain");
  await put("mine", mine);
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const put = (Key: string, key: Partial<CustomerKeyMembers> = {}, by = admin) =>
  by.send(new s3.PutObjectCommand({ Bucket, Key, Body: `body of ${Key}`, ...key }));
const get = (Key: string, key: Partial<CustomerKeyMembers> = {}) =>
  admin.send(new s3.GetObjectCommand({ Bucket, Key, ...key }));
const textOf = async (Key: string, key: Partial<CustomerKeyMembers> = {}) =>
  (await get(Key, key)).Body?.transformToString();
const told = ({ SSECustomerAlgorithm, SSECustomerKeyMD5, ServerSideEncryption }: s3.GetObjectCommandOutput) => ({
  SSECustomerAlgorithm,
  SSECustomerKeyMD5,
  ServerSideEncryption,
});

/** Refused with this code and these words. */
async function refusedAs(sending: Promise<unknown>, name: string, status: number, words: RegExp): Promise<void> {
  await refused(sending, name, status);
  await assert.rejects(sending, words);
}

const notApplicable = /The encryption parameters are not applicable to this object/;
const missing = /The object was stored using a form of Server Side Encryption/;
const wrong = /must provide the correct secret key/;

test("put, get, range, head and attributes under a customer's key", async () => {
  const stored = await put("k", mine);
  const ofMine = {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKeyMD5: mine.SSECustomerKeyMD5,
    ServerSideEncryption: undefined,
  };
  assert.deepEqual(told(stored as s3.GetObjectCommandOutput), ofMine);
  const found = await get("k", mine);
  assert.deepEqual(told(found), ofMine);
  assert.equal(found.ETag, stored.ETag);
  assert.equal(await found.Body?.transformToString(), "body of k");
  const part = await admin.send(new s3.GetObjectCommand({ Bucket, Key: "k", Range: "bytes=0-3", ...mine }));
  assert.equal(await part.Body?.transformToString(), "body");
  const head = await admin.send(new s3.HeadObjectCommand({ Bucket, Key: "k", ...mine }));
  assert.deepEqual(told(head as s3.GetObjectCommandOutput), ofMine);
  assert.equal(head.ContentLength, 9);
  const asked = { Bucket, Key: "k", ObjectAttributes: [s3.ObjectAttributes.OBJECT_SIZE] };
  assert.equal((await admin.send(new s3.GetObjectAttributesCommand({ ...asked, ...mine }))).ObjectSize, 9);
  const listed = await admin.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "k" }));
  assert.equal(listed.Contents?.[0]?.ETag, stored.ETag);
});

test("without its key, or with another, nothing is told; a key for what has none is refused", async () => {
  await refusedAs(get("mine"), "InvalidRequest", 400, missing);
  await refusedAs(get("mine", yours), "AccessDenied", 403, wrong);
  await refusedAs(get("plain", mine), "InvalidRequest", 400, notApplicable);
  const head = (Key: string, key = {}) => admin.send(new s3.HeadObjectCommand({ Bucket, Key, ...key }));
  await refused(head("mine"), "Unknown", 400);
  await refused(head("mine", yours), "Unknown", 403);
  const attributes = (Key: string, key = {}) =>
    admin.send(new s3.GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ["ETag"], ...key }));
  await refusedAs(attributes("mine"), "InvalidRequest", 400, missing);
  await refusedAs(attributes("mine", yours), "AccessDenied", 403, wrong);
  await refusedAs(attributes("plain", mine), "InvalidRequest", 400, notApplicable);
  // What says nothing of the content needs no key.
  await admin.send(new s3.GetObjectTaggingCommand({ Bucket, Key: "mine" }));
});

test("the three headers are checked, and none of them is repeated in an error", async () => {
  const names = {
    algorithm: "x-amz-server-side-encryption-customer-algorithm",
    key: "x-amz-server-side-encryption-customer-key",
    digest: "x-amz-server-side-encryption-customer-key-md5",
  };
  const short = newCustomerKey(randomBytes(31));
  const cases: [Record<string, string | undefined>, string, RegExp][] = [
    [{ [names.algorithm]: undefined }, "InvalidArgument", /must provide a valid encryption algorithm/],
    [{ [names.algorithm]: "AES128" }, "InvalidEncryptionAlgorithmError", /Supported value: AES256/],
    [{ [names.key]: undefined }, "InvalidArgument", /must provide an appropriate secret key/],
    [{ [names.digest]: undefined }, "InvalidArgument", /must provide the client calculated MD5 of the secret key/],
    [{ [names.key]: "no base64!" }, "InvalidArgument", /The secret key was invalid for the specified algorithm/],
    [
      { [names.key]: short.SSECustomerKey, [names.digest]: short.SSECustomerKeyMD5 },
      "InvalidArgument",
      /The secret key was invalid for the specified algorithm/,
    ],
    [{ [names.digest]: yours.SSECustomerKeyMD5 }, "InvalidArgument", /calculated MD5 hash of the key did not match/],
  ];
  const sent = (headers: Record<string, string | undefined>) => ({
    [names.algorithm]: "AES256",
    [names.key]: mine.SSECustomerKey,
    [names.digest]: mine.SSECustomerKeyMD5,
    ...headers,
  });
  for (const [headers, code, words] of cases) {
    const client = withHeaders(admin, sent(headers));
    for (const send of [
      () => client.send(new s3.PutObjectCommand({ Bucket, Key: "checked", Body: "x" })),
      () => client.send(new s3.GetObjectCommand({ Bucket, Key: "mine" })),
      () => client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "checked" })),
    ]) {
      await assert.rejects(send(), (error: s3.S3ServiceException) => {
        assert.deepEqual([error.name, error.$metadata.httpStatusCode], [code, 400], error.message);
        assert.match(error.message, words);
        for (const secret of [mine, short, yours]) {
          assert.ok(!JSON.stringify(error).includes(secret.SSECustomerKey));
          assert.ok(!JSON.stringify(error).includes(secret.SSECustomerKeyMD5));
        }
        return true;
      });
    }
  }
  await refused(get("checked"), "NoSuchKey", 404);
});

test("a customer's key stands beside no other encryption", async () => {
  const incompatible = /incompatible with the encryption method specified/;
  for (const more of [
    { ServerSideEncryption: "AES256" },
    { ServerSideEncryption: "aws:kms" },
    { BucketKeyEnabled: true },
  ] as const) {
    const both = admin.send(new s3.PutObjectCommand({ Bucket, Key: "both", Body: "x", ...mine, ...more }));
    await refusedAs(both, "InvalidArgument", 400, incompatible);
  }
});

test("copies: from and to a customer's key, and onto itself under another", async () => {
  const copy = (Key: string, from: string, keys: Partial<s3.CopyObjectCommandInput> = {}) =>
    admin.send(new s3.CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}`, ...keys }));
  const opened = await copy("opened", "mine", asSource(mine));
  assert.equal(opened.ServerSideEncryption, "AES256");
  assert.equal(await textOf("opened"), "body of mine");
  const closed = await copy("closed", "plain", yours);
  assert.deepEqual([closed.SSECustomerAlgorithm, closed.SSECustomerKeyMD5], ["AES256", yours.SSECustomerKeyMD5]);
  assert.equal(await textOf("closed", yours), "body of plain");
  await copy("closed", "closed", { ...asSource(yours), ...mine });
  assert.equal(await textOf("closed", mine), "body of plain");
  await refusedAs(get("closed", yours), "AccessDenied", 403, wrong);
  await refusedAs(copy("x", "mine"), "InvalidRequest", 400, missing);
  await refusedAs(copy("x", "mine", asSource(yours)), "AccessDenied", 403, wrong);
  await refusedAs(copy("x", "plain", asSource(mine)), "InvalidRequest", 400, notApplicable);
  await refused(
    copy("x", "mine", { ...asSource(mine), CopySourceSSECustomerAlgorithm: "AES" }),
    "InvalidEncryptionAlgorithmError",
    400,
  );
});

test("an upload in parts: each brings the key, the end need not", async () => {
  const name = { Bucket, Key: "parts" };
  const created = await admin.send(new s3.CreateMultipartUploadCommand({ ...name, ...mine }));
  assert.deepEqual([created.SSECustomerAlgorithm, created.SSECustomerKeyMD5], ["AES256", mine.SSECustomerKeyMD5]);
  const part = { ...name, UploadId: created.UploadId };
  const body = randomBytes(5 * 1024 * 1024);
  const upload = (key: Partial<CustomerKeyMembers>) =>
    admin.send(new s3.UploadPartCommand({ ...part, PartNumber: 1, Body: body, ...key }));
  await refusedAs(upload({}), "InvalidRequest", 400, /The multipart upload initiate requested encryption/);
  await refusedAs(upload(yours), "InvalidRequest", 400, /did not match the ones used originally/);
  const one = await upload(mine);
  assert.equal(one.SSECustomerKeyMD5, mine.SSECustomerKeyMD5);
  const copied = await admin.send(
    new s3.UploadPartCopyCommand({
      ...{ ...part, PartNumber: 2, CopySource: `${Bucket}/mine`, ...asSource(mine), ...mine },
    }),
  );
  assert.equal(copied.SSECustomerAlgorithm, "AES256");
  const listed = await admin.send(new s3.ListPartsCommand({ ...part, ...mine }));
  assert.deepEqual(
    listed.Parts?.map(({ ETag }) => ETag),
    [one.ETag, copied.CopyPartResult?.ETag],
  );
  await refused(admin.send(new s3.ListPartsCommand({ ...part, ...yours })), "InvalidRequest", 400);
  const Parts = [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: copied.CopyPartResult?.ETag },
  ];
  const complete = { ...part, MultipartUpload: { Parts } };
  await refused(admin.send(new s3.CompleteMultipartUploadCommand({ ...complete, ...yours })), "InvalidRequest", 400);
  await admin.send(new s3.CompleteMultipartUploadCommand(complete));
  const whole = await (await get("parts", mine)).Body?.transformToByteArray();
  assert.ok(Buffer.from(whole ?? []).equals(Buffer.concat([body, Buffer.from("body of mine")])));
  await refusedAs(get("parts"), "InvalidRequest", 400, missing);
});

test("policies see the algorithm, for parts and their end too", async () => {
  const condition = "s3:x-amz-server-side-encryption-customer-algorithm";
  const only = world.userWith(
    "only-customers",
    allowing(["s3:PutObject", "s3:GetObject"], { StringEquals: { [condition]: "AES256" } }),
  );
  await put("only", mine, only);
  await refused(put("only", {}, only), "AccessDenied", 403);
  const never = world.userWith("never-customers", allowing(["s3:PutObject"], { Null: { [condition]: "true" } }));
  await put("never", {}, never);
  await refused(put("never", mine, never), "AccessDenied", 403);

  const name = { Bucket, Key: "by-policy" };
  await refused(never.send(new s3.CreateMultipartUploadCommand({ ...name, ...mine })), "AccessDenied", 403);
  const { UploadId } = await only.send(new s3.CreateMultipartUploadCommand({ ...name, ...mine }));
  const part = { ...name, UploadId, PartNumber: 1, Body: "x", ...mine };
  await refused(never.send(new s3.UploadPartCommand(part)), "AccessDenied", 403);
  const { ETag } = await only.send(new s3.UploadPartCommand(part));
  const end = new s3.CompleteMultipartUploadCommand({
    ...name,
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  await refused(never.send(end), "AccessDenied", 403);
  await only.send(end);
});

test("a bucket can block customers' keys, until NONE lifts it", async () => {
  const bucket = "blocking-things";
  await admin.send(new s3.CreateBucketCommand({ Bucket: bucket }));
  const set = (SSEAlgorithm: "AES256" | "aws:kms", EncryptionType?: s3.EncryptionType[]) =>
    admin.send(
      new s3.PutBucketEncryptionCommand({
        Bucket: bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm },
              ...(EncryptionType === undefined ? {} : { BlockedEncryptionTypes: { EncryptionType } }),
            },
          ],
        },
      }),
    );
  const blocked = async () => {
    const answer = await admin.send(new s3.GetBucketEncryptionCommand({ Bucket: bucket }));
    return answer.ServerSideEncryptionConfiguration?.Rules?.[0]?.BlockedEncryptionTypes?.EncryptionType;
  };
  const write = () => admin.send(new s3.PutObjectCommand({ Bucket: bucket, Key: "k", Body: "x", ...mine }));
  assert.equal(await blocked(), undefined);
  await write();
  await set("AES256", ["SSE-C"]);
  assert.deepEqual(await blocked(), ["SSE-C"]);
  await refusedAs(write(), "AccessDenied", 403, /SSE-C\) is blocked/);
  await admin.send(new s3.GetObjectCommand({ Bucket: bucket, Key: "k", ...mine }));
  // Neither another default nor none at all means that it is allowed again.
  await set("aws:kms");
  await refused(write(), "AccessDenied", 403);
  await admin.send(new s3.DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await refused(write(), "AccessDenied", 403);
  await set("AES256", ["NONE"]);
  assert.deepEqual(await blocked(), ["NONE"]);
  await write();
  await refused(set("AES256", ["SSE-X" as "NONE"]), "InvalidArgument", 400);
});
