import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { open, statfs } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { CreateRepositoryCommand, PutFileCommand } from "@aws-sdk/client-codecommit";
import { hostLacks, startHouseProcess, type HouseProcess } from "@strongroom/testkit";
import { furnish, processed, scriptRequest } from "../sagemaker/room.ts";
import { commitOf, gitAddress, gitClient } from "./git-client.ts";
import { smallDisk, type SmallDisk } from "./small-disk.ts";

const Bucket = "data";
const endMsMax = 10_000;
const mebibyte = 1024 * 1024;
const isRefusedAsFull = { name: "InsufficientStorage" };

/** Puts objects until the disk is full; what was acknowledged, and how it ended: a refusal's name, or no answer. */
async function fill(
  { clients: { s3 } }: HouseProcess,
  bytes: number,
  prefix = "k",
): Promise<{ kept: Map<string, Buffer>; end: string }> {
  const kept = new Map<string, Buffer>();
  for (let at = 0; ; at += 1) {
    const Body = randomBytes(bytes);
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key: `${prefix}${at}`, Body }));
      kept.set(`${prefix}${at}`, Body);
    } catch (error) {
      return { kept, end: error instanceof Error ? error.name : "" };
    }
  }
}

async function readAll({ clients }: HouseProcess, kept: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [Key, bytes] of kept) {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.ok(bytes.equals((await Body?.transformToByteArray()) ?? new Uint8Array()), Key);
  }
}

async function goesOn(house: HouseProcess, kept: ReadonlyMap<string, Buffer>): Promise<void> {
  await house.clients.s3.send(new PutObjectCommand({ Bucket, Key: "again", Body: "there is room" }));
  await readAll(house, kept);
  const { place, credentials, agent } = house.clients;
  const verdict = await new AdminClient({ ...place, credentials, agent }).send(new VerifyAuditCommand({}));
  assert.equal(verdict.Held, true, verdict.Problem);
  const scrubbed = await house.command("scrub", "--json");
  assert.equal(scrubbed.code, 0, scrubbed.stdout + scrubbed.stderr);
}

describe("a disk that is full", { skip: await hostLacks() }, () => {
  for (const { what, limits, bytes } of [
    { what: "of bytes", limits: "size=60m", bytes: 1_000_000 },
    { what: "of files", limits: "size=64m,nr_inodes=460", bytes: 100 },
  ]) {
    test(
      `${what}: writes are refused by name, reads and deletions go on, and make room for writes`,
      { timeout: 120_000 },
      async () => {
        await using disk = await smallDisk(limits);
        await using house = await startHouseProcess({ room: disk.room });
        await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
        const { kept, end } = await fill(house, bytes);
        assert.equal(end, "InsufficientStorage");
        assert.ok(kept.size > 3, String(kept.size));
        // What a large object has no room for, small ones may have.
        for (const [key, small] of (await fill(house, 1, "small")).kept) kept.set(key, small);
        await keepsRefusing(house);
        await readAll(house, kept);
        for (const Key of [...kept.keys()].slice(0, 3)) {
          await house.clients.s3.send(new DeleteObjectCommand({ Bucket, Key }));
          kept.delete(Key);
        }
        await goesOn(house, kept);
      },
    );
  }

  test("a body that would use what is kept for the trail is refused on its way", { timeout: 120_000 }, async () => {
    await using disk = await smallDisk("size=60m");
    await using house = await startHouseProcess({ room: disk.room });
    const { s3 } = house.clients;
    await s3.send(new CreateBucketCommand({ Bucket }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const Body = randomBytes(56 * mebibyte);
    await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key: "long", Body })), isRefusedAsFull);
    const part = { Bucket, Key: "parts", UploadId: UploadId ?? "", PartNumber: 1 };
    await assert.rejects(s3.send(new UploadPartCommand({ ...part, Body })), isRefusedAsFull);
    await goesOn(house, new Map());
  });

  test("pushes and commits are refused by name, and taken again with room", { timeout: 120_000 }, async () => {
    await using disk = await smallDisk("size=60m");
    await using house = await startHouseProcess({ room: disk.room });
    await using client = await gitClient();
    const { s3, codecommit } = house.clients;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await codecommit.send(new CreateRepositoryCommand({ repositoryName: "code" }));
    const { address, trust } = gitAddress(house.clients, "code");
    const push = (commit: string, branch: string) =>
      client.git([...trust, "push", "--quiet", address, `${commit}:refs/heads/${branch}`]);
    const file = { repositoryName: "code", branchName: "api", filePath: "f", fileContent: Buffer.from("x") };
    const { kept } = await fill(house, 1_000_000);
    await fill(house, 1, "small");
    const small = await commitOf(client, "small", "small");
    await assert.rejects(push(small, "small"), /HTTP 507/);
    await assert.rejects(codecommit.send(new PutFileCommand(file)), isRefusedAsFull);
    for (const Key of [...kept.keys()].slice(0, 3)) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await push(small, "small");
    const onTop = new PutFileCommand({ ...file, branchName: "small", parentCommitId: small });
    assert.match((await codecommit.send(onTop)).commitId ?? "", /^[0-9a-f]{40}$/);
    const told = await client.git([...trust, "ls-remote", address]);
    assert.match(told, /refs\/heads\/small/);
  });

  test(
    "a push that would use what is kept is refused on its way, and leaves nothing",
    { timeout: 120_000 },
    async () => {
      await using disk = await smallDisk("size=60m");
      await using house = await startHouseProcess({ room: disk.room });
      await using client = await gitClient();
      const { s3, codecommit, cloudtrail } = house.clients;
      await s3.send(new CreateBucketCommand({ Bucket }));
      await codecommit.send(new CreateRepositoryCommand({ repositoryName: "code" }));
      const { address, trust } = gitAddress(house.clients, "code");
      const push = (commit: string, branch: string) =>
        client.git([...trust, "push", "--quiet", address, `${commit}:refs/heads/${branch}`]);
      await push(await commitOf(client, "small", "small"), "small");
      const before = await freeBytes(disk);
      const large = await commitOf(client, randomBytes(50 * mebibyte), "large");
      await assert.rejects(push(large, "large"), /HTTP 507/);
      // What is left of a push goes with git's last process.
      const deadline = Date.now() + endMsMax;
      while ((await freeBytes(disk)) < before - 4 * mebibyte && Date.now() < deadline) await sleep(50);
      assert.ok((await freeBytes(disk)) >= before - 4 * mebibyte, "the disk has its room again");
      assert.doesNotMatch(await client.git([...trust, "ls-remote", address]), /large/);
      const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: "GitPush" }];
      const { Events } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
      assert.ok(Events?.some(({ CloudTrailEvent }) => CloudTrailEvent?.includes("InsufficientStorage")));
      await push(await commitOf(client, "next", "next"), "next");
      await goesOn(house, new Map());
    },
  );

  test("which a job fills: the job is ended by name, and nothing else", { timeout: 120_000 }, async () => {
    await using disk = await smallDisk("size=160m");
    await using house = await startHouseProcess({ room: disk.room });
    const room = await furnish(house.clients);
    await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
    const before = randomBytes(mebibyte);
    await house.clients.s3.send(new PutObjectCommand({ Bucket, Key: "before", Body: before }));
    // Slowly enough that a busy server looks in time.
    const piece = "dd if=/dev/urandom of=/opt/ml/large-$i bs=1M count=2 conv=fsync";
    const greedy = scriptRequest(room, "greedy", `for i in $(seq 100); do ${piece} || exit 1; sleep 0.05; done`);
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(greedy));
    const job = await processed(house.clients, "greedy");
    assert.equal(job.ProcessingJobStatus, "Failed");
    assert.match(job.FailureReason ?? "", /^InternalServerError: the disk of this machine is full/);
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(scriptRequest(room, "modest", "true")));
    const next = await processed(house.clients, "modest");
    assert.equal(next.ProcessingJobStatus, "Completed", next.FailureReason);
    await goesOn(house, new Map([["before", before]]));
  });

  test(
    "of which nothing is left, since others filled it: the server ends without an answer, and starts again with room",
    { timeout: 120_000 },
    async () => {
      await using disk = await smallDisk("size=32m");
      await using house = await startHouseProcess({ room: disk.room });
      await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
      const { kept } = await fill(house, 1_000_000);
      await fillByOthers(disk);
      // Down to the last page: the trail cannot be written any more, so nothing may be answered.
      await readUntilGone(house);
      assert.ok(await house.hasEnded(endMsMax));
      await assert.rejects(house.up());
      await disk.limit("size=96m");
      await house.up();
      await goesOn(house, kept);
    },
  );
});

async function freeBytes({ room }: SmallDisk): Promise<number> {
  const { bavail, bsize } = await statfs(room.reach(room.folder));
  return bavail * bsize;
}

/** More than a moment long, and with more than one kind of write. */
async function keepsRefusing({ clients: { s3 } }: HouseProcess): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key: `no${i}`, Body: "x" })), isRefusedAsFull);
  }
  await assert.rejects(s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "no" })), isRefusedAsFull);
}

/** Writes a file beside the data folder's own until not a page is left. */
async function fillByOthers({ room }: SmallDisk): Promise<void> {
  await using file = await open(room.reach(join(room.folder, "others")), "w");
  for (const bytes of [mebibyte, 4096]) {
    try {
      for (;;) await file.write(randomBytes(bytes));
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
  }
}

/** The page that the trail is in has room for some records. */
async function readUntilGone({ clients: { s3 } }: HouseProcess): Promise<void> {
  for (;;) {
    try {
      await s3.send(new GetObjectCommand({ Bucket, Key: "none" }));
    } catch (error) {
      if (!(error instanceof Error && error.name === "NoSuchKey")) return;
    }
  }
}
