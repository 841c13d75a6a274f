import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CreateRepositoryCommand, GetRepositoryCommand, ListRepositoriesCommand } from "@aws-sdk/client-codecommit";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";

describe("objective 3: artifact management", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let s3: S3Client;
  before(async () => {
    house = await startHouse();
    s3 = house.clients.s3;
    await s3.send(new CreateBucketCommand({ Bucket: "models" }));
    const versioned = { Bucket: "models", VersioningConfiguration: { Status: "Enabled" } } as const;
    await s3.send(new PutBucketVersioningCommand(versioned));
  });
  after(() => house[Symbol.asyncDispose]());

  async function read(Key: string, VersionId?: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "models", Key, VersionId }));
    return (await Body?.transformToString()) ?? "";
  }

  test("every version of a model stays what it was, through overwriting, deletion and copying", async () => {
    const place = { Bucket: "models", Key: "m" };
    const versions: string[] = [];
    for (const Body of ["one", "two", "three"])
      versions.push((await s3.send(new PutObjectCommand({ ...place, Body }))).VersionId ?? "");
    await s3.send(new DeleteObjectCommand(place));
    await assert.rejects(read("m"), { name: "NoSuchKey" });
    assert.deepEqual(await Promise.all(versions.map((id) => read("m", id))), ["one", "two", "three"]);
    await s3.send(new CopyObjectCommand({ ...place, CopySource: `models/m?versionId=${versions[0] ?? ""}` }));
    assert.equal(await read("m"), "one");
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: "models", Prefix: "m" }));
    assert.deepEqual([listed.Versions?.length, listed.DeleteMarkers?.length], [4, 1]);
    await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket: "models" })), { name: "BucketNotEmpty" });
  });

  test("two who write the same key at once do not mix: one whole object is there, and both versions", async () => {
    const bodies = Array.from({ length: 8 }, (_, at) => Buffer.alloc(300_000, at));
    await Promise.all(bodies.map((Body) => s3.send(new PutObjectCommand({ Bucket: "models", Key: "raced", Body }))));
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: "models", Prefix: "raced" }));
    assert.equal(Versions?.length, bodies.length);
    const digests = new Set(bodies.map((body) => createHash("md5").update(body).digest("hex")));
    for (const { VersionId } of Versions) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: "models", Key: "raced", VersionId }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      assert.ok(digests.delete(createHash("md5").update(bytes).digest("hex")));
    }
  });

  test("a write on a condition wins once", async () => {
    const place = { Bucket: "models", Key: "champion", IfNoneMatch: "*" };
    const tries = await Promise.allSettled(
      ["a", "b", "c"].map((Body) => s3.send(new PutObjectCommand({ ...place, Body }))),
    );
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
  });

  test("a byte that changed on the disk is noticed, and nothing wrong is handed out", async () => {
    const body = randomBytes(3_000_000);
    const before = await filesBelow(house.dataDir);
    await s3.send(new PutObjectCommand({ Bucket: "models", Key: "weights", Body: body }));
    const files = [...(await filesBelow(house.dataDir))].filter(([path]) => !before.has(path));
    const [file] = files.filter(([, size]) => size >= body.byteLength);
    assert.ok(file, "the object's file");
    for (const at of [2_999_000, 1_500_000, 100]) {
      await flip(file[0], at);
      // The client sees an error or a body that breaks off, never other bytes for a whole answer.
      await assert.rejects(
        s3
          .send(new GetObjectCommand({ Bucket: "models", Key: "weights" }))
          .then(({ Body }) => Body?.transformToByteArray()),
      );
      await flip(file[0], at);
    }
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "models", Key: "weights" }));
    assert.ok(body.equals((await Body?.transformToByteArray()) ?? new Uint8Array()));
  });

  test("a repository is there once it was made, and is one of its name", async () => {
    const { codecommit } = house.clients;
    await codecommit.send(new CreateRepositoryCommand({ repositoryName: "credit-risk" }));
    const { repositoryMetadata } = await codecommit.send(new GetRepositoryCommand({ repositoryName: "credit-risk" }));
    assert.match(repositoryMetadata?.Arn ?? "", /:credit-risk$/);
    const again = new CreateRepositoryCommand({ repositoryName: "credit-risk" });
    await assert.rejects(codecommit.send(again), { name: "RepositoryNameExistsException" });
    const { repositories } = await codecommit.send(new ListRepositoriesCommand({}));
    assert.equal(repositories?.length, 1);
    const head = await s3.send(new HeadObjectCommand({ Bucket: "models", Key: "weights" }));
    assert.equal(head.ServerSideEncryption, "AES256");
  });
});

async function filesBelow(folder: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path, (await stat(path)).size);
  }
  return files;
}

async function flip(path: string, at: number): Promise<void> {
  await using file = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
}
