import { createHash, randomBytes } from "node:crypto";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { orAbsent, type Look } from "../write-ledger.ts";
import { ToldOfFailure, type Operation } from "./operation.ts";
import { buckets, sourceKey, sourceText } from "./world.ts";

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The digest of an object, read to its end. */
export const objectAt =
  (Bucket: string, Key: string, VersionId?: string): Look =>
  ({ s3 }) =>
    orAbsent(
      async () => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        return sha256((await Body?.transformToByteArray()) ?? new Uint8Array());
      },
      "NoSuchKey",
      "NoSuchVersion",
    );

const largeBytes = 17 * 1024 * 1024;

function puts(name: string, bytes: number, more: object = {}): Operation {
  return {
    name,
    prepare({ clients: { s3 }, world, name: Key }) {
      const Body = randomBytes(bytes);
      const under = "underKey" in more ? ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: world.keyId } as const) : {};
      const run = () => s3.send(new PutObjectCommand({ Bucket: buckets.versioned, Key, Body, ...under }));
      return Promise.resolve({ run, look: objectAt(buckets.versioned, Key), before: "absent", after: sha256(Body) });
    },
  };
}

/** What was there goes once the new is there. */
const replaceObject: Operation = {
  name: "replace-object",
  async prepare({ clients: { s3 }, name: Key }) {
    const place = { Bucket: buckets.plain, Key };
    await s3.send(new PutObjectCommand({ ...place, Body: `${Key} before` }));
    const Body = `${Key} after`;
    const run = () => s3.send(new PutObjectCommand({ ...place, Body }));
    return { run, look: objectAt(buckets.plain, Key), before: sha256(`${Key} before`), after: sha256(Body) };
  },
};

const copyObject: Operation = {
  name: "copy-object",
  prepare({ clients: { s3 }, name: Key }) {
    const Bucket = buckets.versioned;
    const run = () => s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${buckets.plain}/${sourceKey}` }));
    return Promise.resolve({ run, look: objectAt(Bucket, Key), before: "absent", after: sha256(sourceText) });
  },
};

/** With versions a marker is put on top; without, the object goes with its file. */
function deletes(name: string, Bucket: string): Operation {
  return {
    name,
    async prepare({ clients: { s3 }, name: Key }) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      const run = () => s3.send(new DeleteObjectCommand({ Bucket, Key }));
      return { run, look: objectAt(Bucket, Key), before: sha256(Key), after: "absent" };
    },
  };
}

const deleteVersion: Operation = {
  name: "delete-version",
  async prepare({ clients: { s3 }, name: Key }) {
    const Bucket = buckets.versioned;
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const run = () => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    return { run, look: objectAt(Bucket, Key, VersionId), before: sha256(Key), after: "absent" };
  },
};

const deleteSeveral: Operation = {
  name: "delete-several",
  async prepare({ clients: { s3 }, name: Key }) {
    const Bucket = buckets.plain;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const run = async () => {
      const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
      if (Errors.length > 0) throw new ToldOfFailure(Errors[0]?.Code);
    };
    return { run, look: objectAt(Bucket, Key), before: sha256(Key), after: "absent" };
  },
};

const tagObject: Operation = {
  name: "tag-object",
  async prepare({ clients: { s3 }, name: Key }) {
    const place = { Bucket: buckets.versioned, Key };
    await s3.send(new PutObjectCommand({ ...place, Body: Key, Tagging: "stage=draft" }));
    const look: Look = async (now) => {
      const { TagSet = [] } = await now.s3.send(new GetObjectTaggingCommand(place));
      return TagSet.map(({ Value }) => Value ?? "").join();
    };
    const Tagging = { TagSet: [{ Key: "stage", Value: "final" }] };
    const run = () => s3.send(new PutObjectTaggingCommand({ ...place, Tagging }));
    return { run, look, before: "draft", after: "final" };
  },
};

const retainObject: Operation = {
  name: "retain-object",
  async prepare({ clients: { s3 }, name: Key }) {
    const place = { Bucket: buckets.locked, Key };
    await s3.send(new PutObjectCommand({ ...place, Body: Key }));
    const look: Look = (now) =>
      orAbsent(async () => {
        await now.s3.send(new HeadObjectCommand(place));
        const { Retention } = await now.s3.send(new GetObjectRetentionCommand(place));
        return Retention?.Mode ?? "absent";
      }, "NoSuchObjectLockConfiguration");
    const Retention = { Mode: "GOVERNANCE", RetainUntilDate: new Date(Date.now() + 3_600_000) } as const;
    const run = () => s3.send(new PutObjectRetentionCommand({ ...place, Retention }));
    return { run, look, before: "absent", after: "GOVERNANCE" };
  },
};

const holdObject: Operation = {
  name: "hold-object",
  async prepare({ clients: { s3 }, name: Key }) {
    const place = { Bucket: buckets.locked, Key };
    await s3.send(new PutObjectCommand({ ...place, Body: Key, ObjectLockLegalHoldStatus: "OFF" }));
    const look: Look = async (now) => {
      const { LegalHold } = await now.s3.send(new GetObjectLegalHoldCommand(place));
      return LegalHold?.Status ?? "";
    };
    const run = () => s3.send(new PutObjectLegalHoldCommand({ ...place, LegalHold: { Status: "ON" } }));
    return { run, look, before: "OFF", after: "ON" };
  },
};

export const objectOperations: readonly Operation[] = [
  puts("put-object", 300),
  puts("put-object-under-key", 70_000, { underKey: true }),
  puts("put-large-object", largeBytes),
  ...[replaceObject, copyObject],
  deletes("delete-object", buckets.plain),
  deletes("mark-deleted", buckets.versioned),
  ...[deleteVersion, deleteSeveral, tagObject, retainObject, holdObject],
];
