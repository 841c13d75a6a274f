import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import { refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

const Bucket = "upload-checksums";
let world: S3World;
let admin: s3.S3Client;

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
});
after(() => world[Symbol.asyncDispose]());

async function begun(Key: string, more: Partial<s3.CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return { Bucket, Key, UploadId };
}
const send = (upload: Awaited<ReturnType<typeof begun>>, ChecksumAlgorithm: s3.ChecksumAlgorithm) =>
  admin.send(new s3.UploadPartCommand({ ...upload, PartNumber: 1, Body: "part", ChecksumAlgorithm }));
const complete = (input: s3.CompleteMultipartUploadCommandInput) =>
  admin.send(new s3.CompleteMultipartUploadCommand(input));

test("an upload is completed in the mode in which it was begun", async () => {
  const composite = await begun("composite", { ChecksumAlgorithm: "CRC32", ChecksumType: "COMPOSITE" });
  const { ETag, ChecksumCRC32 } = await send(composite, "CRC32");
  const named = { ...composite, MultipartUpload: { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] } };
  await refused(complete({ ...named, ChecksumType: "FULL_OBJECT" }), "InvalidRequest", 400);
  const done = await complete({ ...named, ChecksumType: "COMPOSITE" });
  assert.equal(done.ChecksumType, "COMPOSITE");
  // The same again, which was completed meanwhile.
  await refused(complete({ ...named, ChecksumType: "FULL_OBJECT" }), "InvalidRequest", 400);
  assert.equal((await complete({ ...named, ChecksumType: "COMPOSITE" })).ETag, done.ETag);

  const full = await begun("full", { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
  const part = await send(full, "CRC32");
  const whole = { ...full, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] } };
  await assert.rejects(complete({ ...whole, ChecksumType: "COMPOSITE" }), {
    name: "InvalidRequest",
    message:
      "The upload was created using the FULL_OBJECT checksum mode. The complete request must use the same checksum mode.",
  });
  assert.equal((await complete({ ...whole, ChecksumType: "FULL_OBJECT" })).ChecksumType, "FULL_OBJECT");
});

test("where the checksum is made of the parts', each is named", async () => {
  const upload = await begun("named", { ChecksumAlgorithm: "SHA256" });
  const { ETag, ChecksumSHA256 } = await send(upload, "SHA256");
  const named = (part: s3.CompletedPart) =>
    complete({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ...part }] } });
  await assert.rejects(named({ ETag }), {
    name: "InvalidRequest",
    message:
      "The upload was created using a sha256 checksum. The complete request must include the checksum for each part. It was missing for part 1 in the request.",
  });
  await named({ ETag, ChecksumSHA256 });
});

test("a part has the checksum of its upload, in a header or behind it", async () => {
  const upload = await begun("other", { ChecksumAlgorithm: "SHA256" });
  await assert.rejects(send(upload, "CRC32"), {
    name: "InvalidRequest",
    message: "Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32",
  });
  await send(upload, "SHA256");
  await send(await begun("any"), "SHA1");
});

test("of a part that is copied the checksum is computed", async () => {
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: "source", Body: "part" }));
  const upload = await begun("copied", { ChecksumAlgorithm: "SHA256" });
  const copy = { ...upload, PartNumber: 1, CopySource: `${Bucket}/source` };
  const { CopyPartResult } = await admin.send(new s3.UploadPartCopyCommand(copy));
  const sent = await send(await begun("sent", { ChecksumAlgorithm: "SHA256" }), "SHA256");
  assert.equal(CopyPartResult?.ChecksumSHA256, sent.ChecksumSHA256);
});
