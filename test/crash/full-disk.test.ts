import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import { hostLacks, startHouseProcess, type HouseProcess } from "@strongroom/testkit";
import { smallDisk } from "./small-disk.ts";

const Bucket = "data";
const endMsMax = 10_000;

/** Puts objects until the disk is full; what was acknowledged, and how it ended: a refusal's name, or no answer. */
async function fill(
  { clients: { s3 } }: HouseProcess,
  bytes: number,
): Promise<{ kept: Map<string, Buffer>; end: string }> {
  const kept = new Map<string, Buffer>();
  for (let at = 0; ; at += 1) {
    const Body = randomBytes(bytes);
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key: `k${at}`, Body }));
      kept.set(`k${at}`, Body);
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
  for (const { what, limits, more, bytes } of [
    { what: "of bytes", limits: "size=32m", more: "size=64m", bytes: 1_000_000 },
    { what: "of files", limits: "size=64m,nr_inodes=420", more: "size=64m,nr_inodes=2000", bytes: 100 },
  ]) {
    test(
      `${what}: writes are refused by name, reads go on, and with room so do writes`,
      { timeout: 120_000 },
      async () => {
        await using disk = await smallDisk(limits);
        await using house = await startHouseProcess({ room: disk.room });
        await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
        const { kept, end } = await fill(house, bytes);
        assert.equal(end, "InsufficientStorage");
        assert.ok(kept.size > 3, String(kept.size));
        await readAll(house, kept);
        await disk.limit(more);
        await goesOn(house, kept);
      },
    );
  }

  test(
    "of which nothing is left: the server ends without an answer, does not start, and starts again with room",
    { timeout: 120_000 },
    async () => {
      await using disk = await smallDisk("size=32m");
      await using house = await startHouseProcess({ room: disk.room });
      await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
      const { kept } = await fill(house, 1_000_000);
      // Down to the last page: the trail cannot be written any more, so nothing may be answered.
      const small = await fillUntilGone(house);
      assert.ok(await house.hasEnded(endMsMax));
      await assert.rejects(house.up());
      await disk.limit("size=64m");
      await house.up();
      await goesOn(house, new Map([...kept, ...small]));
    },
  );
});

/** Puts ever smaller objects until there is no answer. */
async function fillUntilGone(house: HouseProcess): Promise<Map<string, Buffer>> {
  const { s3 } = house.clients;
  const kept = new Map<string, Buffer>();
  for (let at = 0, bytes = 500_000; ; at += 1) {
    const Body = randomBytes(bytes);
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key: `small${at}`, Body }));
      kept.set(`small${at}`, Body);
    } catch (error) {
      if (!(error instanceof Error && error.name === "InsufficientStorage")) return kept;
      bytes = Math.floor(bytes / 2);
    }
  }
}
