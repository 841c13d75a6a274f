import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { orAbsent, type Look } from "../write-ledger.ts";
import { objectAt } from "./object-operations.ts";
import type { Operation } from "./operation.ts";
import { buckets, sourceKey, sourceText } from "./world.ts";

const Bucket = buckets.versioned;
const digest = (name: string, text: string): string => createHash(name).update(text).digest("hex");

async function begin(s3: S3Client, Key: string): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId = "" } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  return { Bucket, Key, UploadId };
}

const partsOf =
  (place: { Bucket: string; Key: string; UploadId: string }): Look =>
  ({ s3 }) =>
    orAbsent(async () => {
      const { Parts = [] } = await s3.send(new ListPartsCommand(place));
      return Parts.map(({ ETag = "" }) => ETag.replaceAll('"', "")).join();
    }, "NoSuchUpload");

const createUpload: Operation = {
  name: "create-upload",
  prepare({ clients: { s3 }, name: Key }) {
    const look: Look = async (now) => {
      const { Uploads = [] } = await now.s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }));
      return Uploads.length === 0 ? "absent" : "there";
    };
    return Promise.resolve({ run: () => begin(s3, Key), look, before: "absent", after: "there" });
  },
};

const uploadPart: Operation = {
  name: "upload-part",
  async prepare({ clients: { s3 }, name }) {
    const place = await begin(s3, name);
    const run = () => s3.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: name }));
    return { run, look: partsOf(place), before: "", after: digest("md5", name) };
  },
};

const replacePart: Operation = {
  name: "replace-part",
  async prepare({ clients: { s3 }, name }) {
    const place = await begin(s3, name);
    await s3.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: "before" }));
    const run = () => s3.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: name }));
    return { run, look: partsOf(place), before: digest("md5", "before"), after: digest("md5", name) };
  },
};

const copyPart: Operation = {
  name: "copy-part",
  async prepare({ clients: { s3 }, name }) {
    const place = await begin(s3, name);
    const CopySource = `${buckets.plain}/${sourceKey}`;
    const run = () => s3.send(new UploadPartCopyCommand({ ...place, PartNumber: 1, CopySource }));
    return { run, look: partsOf(place), before: "", after: digest("md5", sourceText) };
  },
};

const completeUpload: Operation = {
  name: "complete-upload",
  async prepare({ clients: { s3 }, name }) {
    const place = await begin(s3, name);
    const { ETag } = await s3.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: name }));
    // One that is left out, so that its file goes.
    await s3.send(new UploadPartCommand({ ...place, PartNumber: 2, Body: "spare" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const look: Look = async (now) =>
      `${await objectAt(Bucket, name)(now)}, ${(await partsOf(place)(now)) === "absent" ? "no upload" : "upload"}`;
    const run = () => s3.send(new CompleteMultipartUploadCommand({ ...place, MultipartUpload }));
    return { run, look, before: "absent, upload", after: `${digest("sha256", name)}, no upload` };
  },
};

const abortUpload: Operation = {
  name: "abort-upload",
  async prepare({ clients: { s3 }, name }) {
    const place = await begin(s3, name);
    await s3.send(new UploadPartCommand({ ...place, PartNumber: 1, Body: name }));
    const run = () => s3.send(new AbortMultipartUploadCommand(place));
    return { run, look: partsOf(place), before: digest("md5", name), after: "absent" };
  },
};

export const uploadOperations: readonly Operation[] = [
  ...[createUpload, uploadPart, replacePart, copyPart, completeUpload, abortUpload],
];
