import { createHash, randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { orAbsent, type Look } from "../write-ledger.ts";
import { Bucket, sourceBody, sourceKey } from "./world.ts";
import type { Hand, Write } from "./write.ts";

const partBytes = 5 * 1024 * 1024;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const objectAt =
  (Key: string): Look =>
  ({ s3 }) =>
    orAbsent(async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return sha256((await Body?.transformToByteArray()) ?? new Uint8Array());
    }, "NoSuchKey");

const underKey = ({ random, world }: Hand) =>
  random.chance(0.5) ? ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: world.keyId } as const) : {};

const put = async (hand: Hand, Key: string, bytes: number): Promise<void> => {
  const Body = randomBytes(bytes);
  const { s3 } = hand.clients;
  await hand.ledger.write(Key, sha256(Body), objectAt(Key), () =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...underKey(hand) })),
  );
};

const putObject: Write = async (hand) => {
  const { clients, ledger, random, name } = hand;
  await put(hand, name, random.one([0, 100, 70_000, 1_500_000]));
  if (random.chance(0.6)) return;
  await ledger.write(name, "absent", objectAt(name), () =>
    clients.s3.send(new DeleteObjectCommand({ Bucket, Key: name })),
  );
};

const deleteSeveral: Write = async (hand) => {
  const { clients, ledger, name } = hand;
  const keys = [`${name}/1`, `${name}/2`, `${name}/3`];
  for (const key of keys) await put(hand, key, 50);
  // Each of them is deleted by itself: some may be gone and others there.
  const gone = keys.map((key) => ledger.begin(key, "absent", objectAt(key)));
  const Objects = keys.map((Key) => ({ Key }));
  const { Errors = [] } = await clients.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  for (const [index, acknowledge] of gone.entries()) {
    if (!Errors.some(({ Key }) => Key === keys[index])) acknowledge();
  }
};

const copyObject: Write = async (hand) => {
  const { clients, ledger, name } = hand;
  const copy = { Bucket, Key: name, CopySource: `${Bucket}/${sourceKey}`, ...underKey(hand) };
  await ledger.write(name, sha256(sourceBody), objectAt(name), () => clients.s3.send(new CopyObjectCommand(copy)));
};

const tagObject: Write = async ({ clients: { s3 }, ledger, name }) => {
  const Body = randomBytes(20);
  await s3.send(new PutObjectCommand({ Bucket, Key: name, Body, Tagging: "stage=draft" }));
  const look: Look = (now) =>
    orAbsent(async () => {
      const { TagSet = [] } = await now.s3.send(new GetObjectTaggingCommand({ Bucket, Key: name }));
      return TagSet.map(({ Key, Value }) => `${Key ?? ""}=${Value ?? ""}`).join();
    }, "NoSuchKey");
  const Tagging = { TagSet: [{ Key: "stage", Value: "final" }] };
  // The put was acknowledged: from now on the object has the one tag or the other.
  ledger.enter(`${name}?tags`, "stage=draft", look);
  await ledger.write(`${name}?tags`, "stage=final", look, () =>
    s3.send(new PutObjectTaggingCommand({ Bucket, Key: name, Tagging })),
  );
};

/** Two parts, or now and then one that is copied; completed, aborted, or left open. */
const uploadParts: Write = async (hand) => {
  const { clients, ledger, random, name } = hand;
  const { s3 } = clients;
  const place = { Bucket, Key: name };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...place, ...underKey(hand) }));
  const bodies = [randomBytes(partBytes), randomBytes(200_000)].slice(random.chance(0.2) ? 0 : 1);
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body }));
    parts.push({ PartNumber, ETag });
  }
  // A copy takes the place of the part that was uploaded.
  if (bodies.length === 1 && random.chance(0.4)) {
    const CopySource = `${Bucket}/${sourceKey}`;
    const copied = await s3.send(new UploadPartCopyCommand({ ...place, UploadId, PartNumber: 1, CopySource }));
    parts.splice(0, 1, { PartNumber: 1, ETag: copied.CopyPartResult?.ETag });
    bodies.splice(0, 1, sourceBody);
  }
  const listed: Look = (now) =>
    orAbsent(async () => {
      const { Parts = [] } = await now.s3.send(new ListPartsCommand({ ...place, UploadId }));
      return Parts.map(({ ETag }) => ETag ?? "").join();
    }, "NoSuchUpload");
  ledger.enter(`${name}?parts`, parts.map(({ ETag }) => ETag ?? "").join(), listed);
  if (random.chance(0.2)) return;
  if (random.chance(0.3)) {
    await ledger.write(`${name}?parts`, "absent", listed, () =>
      s3.send(new AbortMultipartUploadCommand({ ...place, UploadId })),
    );
    return;
  }
  const uploadEnds = ledger.begin(`${name}?parts`, "absent", listed);
  await ledger.write(name, sha256(Buffer.concat(bodies)), objectAt(name), () =>
    s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: parts } })),
  );
  uploadEnds();
};

export const objectWrites: readonly Write[] = [
  ...[putObject, putObject, putObject],
  ...[deleteSeveral, copyObject, tagObject, uploadParts],
];
