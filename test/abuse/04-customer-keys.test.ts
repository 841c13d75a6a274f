import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";

const Bucket = "customers";
const keyBytes = randomBytes(32);
const wrongBytes = randomBytes(32);
const dataWord = `canary${randomBytes(12).toString("hex")}`;

/** A key as the client's members say it; the client adds the digest. */
const keyOf = (bytes: Uint8Array) => ({
  SSECustomerAlgorithm: "AES256",
  SSECustomerKey: Buffer.from(bytes).toString("base64"),
  SSECustomerKeyMD5: createHash("md5").update(bytes).digest("base64"),
});
const sourceOf = (bytes: Uint8Array) => ({
  CopySourceSSECustomerAlgorithm: "AES256",
  CopySourceSSECustomerKey: keyOf(bytes).SSECustomerKey,
  CopySourceSSECustomerKeyMD5: keyOf(bytes).SSECustomerKeyMD5,
});

/** How bytes could tell a key, its digest or the content: as they are, in hexadecimal, in base64 at each offset. */
function formsOf(what: string, bytes: Uint8Array): [string, Buffer][] {
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(offset === 0 ? 0 : 4, -1);
  });
  const text = [Buffer.from(bytes).toString("hex"), ...base64];
  return [[what, Buffer.from(bytes)], ...text.map((form): [string, Buffer] => [`${what}, written`, Buffer.from(form)])];
}
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();
const ofKeys = [keyBytes, wrongBytes].flatMap((bytes) => [
  ...formsOf("a key", bytes),
  ...formsOf("a key's digest", md5(bytes)),
]);
const ofContent = formsOf("the content", Buffer.from(dataWord));

describe("keys that customers keep", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  before(async () => {
    house = await startHouse();
  });
  after(() => house[Symbol.asyncDispose]());

  test("stand nowhere: not in the folder, the log, the trail or an error, nor does what is under them", async () => {
    const told = await useEverywhere(house);
    assert.ok(told.length >= 8, "wrong requests were refused");
    assert.deepEqual(found(told.join("\n"), ofKeys), []);
    await nothingTold(house, "at work");
    assert.deepEqual(await readTrail(house), []);
    await house.stop();
    await nothingTold(house, "at rest");
  });

  test("the search finds what is there", async () => {
    const text = keyOf(keyBytes).SSECustomerKey;
    await writeFile(join(house.dataDir, "planted"), `${"x".repeat(1000)}${text}${dataWord}`);
    await assert.rejects(nothingTold(house, "planted by hand"), /planted by hand.*a key, written/s);
  });
});

/** Every operation that takes such a key, with it and with another; returns what the refusals say. */
async function useEverywhere({ clients: { s3 } }: TestHouse): Promise<string[]> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const [mine, wrong] = [keyOf(keyBytes), keyOf(wrongBytes)];
  const refusals: string[] = [];
  const refused = async (sending: Promise<unknown>) => {
    await assert.rejects(sending, (error: Error) => {
      refusals.push(`${error.name}: ${error.message} ${JSON.stringify(error)}`);
      return true;
    });
  };
  const body = `${dataWord} `.repeat(100);
  await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: body, ...mine }));
  const CopySource = `${Bucket}/k`;
  await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource, ...sourceOf(keyBytes), ...wrong }));
  const upload = { Bucket, Key: "parts" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...upload, ...mine }));
  const part = { ...upload, UploadId };
  const Body = Buffer.alloc(5 * 1024 * 1024, `${dataWord} `);
  const first = await s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body, ...mine }));
  const copied = { ...part, PartNumber: 2, CopySource, ...sourceOf(keyBytes), ...mine };
  const second = await s3.send(new UploadPartCopyCommand(copied));
  await refused(s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body, ...wrong })));
  await refused(s3.send(new UploadPartCopyCommand({ ...copied, ...sourceOf(wrongBytes) })));
  const Parts = [first.ETag, second.CopyPartResult?.ETag].map((ETag, at) => ({ PartNumber: at + 1, ETag }));
  const complete = { ...part, MultipartUpload: { Parts } };
  await refused(s3.send(new CompleteMultipartUploadCommand({ ...complete, ...wrong })));
  await s3.send(new CompleteMultipartUploadCommand({ ...complete, ...mine }));
  // One stays under way, so that its parts lie there too.
  const open = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "open", ...mine }));
  const ofOpen = { Bucket, Key: "open", UploadId: open.UploadId, PartNumber: 1, Body };
  await s3.send(new UploadPartCommand({ ...ofOpen, ...mine }));
  const read = { Bucket, Key: "k" };
  const got = await s3.send(new GetObjectCommand({ ...read, ...mine }));
  assert.equal(await got.Body?.transformToString(), body);
  await s3.send(new HeadObjectCommand({ ...read, ...mine }));
  await refused(s3.send(new GetObjectCommand({ ...read, ...wrong })));
  await refused(s3.send(new HeadObjectCommand({ ...read, ...wrong })));
  await refused(s3.send(new GetObjectAttributesCommand({ ...read, ObjectAttributes: ["ETag"], ...wrong })));
  await refused(s3.send(new CopyObjectCommand({ Bucket, Key: "x", CopySource, ...sourceOf(wrongBytes) })));
  await refused(s3.send(new PutObjectCommand({ Bucket: "no-such-customers", Key: "k", Body: body, ...mine })));
  return refusals;
}

const found = (text: string | Buffer, forms: readonly [string, Buffer][]): string[] => {
  const bytes = Buffer.from(text);
  return [...new Set(forms.filter(([, form]) => bytes.includes(form)).map(([what]) => what))];
};

/** ④ Every byte of the data folder, and the server's log. */
async function nothingTold(house: TestHouse, when: string): Promise<void> {
  const told: string[] = [];
  for (const entry of await readdir(house.dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    told.push(...found(content, [...ofKeys, ...ofContent]).map((what) => `${when}: ${path} tells ${what}`));
  }
  told.push(...found(house.log.join("\n"), [...ofKeys, ...ofContent]).map((what) => `${when}: the log tells ${what}`));
  assert.deepEqual(told, []);
}

/** ⑤ What the trail tells in the clear to whoever may read it; every request is in it. */
async function readTrail({ clients }: TestHouse): Promise<string[]> {
  const told: string[] = [];
  let hidden = 0;
  for await (const { Events } of paginateLookupEvents({ client: clients.cloudtrail }, {})) {
    for (const { CloudTrailEvent = "" } of Events ?? []) {
      told.push(...found(CloudTrailEvent, [...ofKeys, ...ofContent]));
      const { requestParameters } = JSON.parse(CloudTrailEvent) as { requestParameters?: Record<string, unknown> };
      if (requestParameters?.["sSECustomerKey"] !== undefined) {
        assert.equal(requestParameters["sSECustomerKey"], "HIDDEN_DUE_TO_SECURITY_REASONS");
        assert.equal(requestParameters["sSECustomerAlgorithm"], "AES256");
        hidden += 1;
      }
    }
  }
  assert.ok(hidden > 12, `only ${hidden} records of requests with a key were looked at`);
  return told;
}
