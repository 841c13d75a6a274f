import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { AdminClient, VerifyAuditCommand } from "@strongroom/admin-api";
import { hostLacks, startHouseProcess, type HouseProcess } from "@strongroom/testkit";

const Bucket = "ledger";
const writers = 4;
const rounds = 2;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What the server has acknowledged, held by the client. */
interface Ledger {
  /** Key → digest of what was put there. */
  readonly kept: Map<string, string>;
  readonly deleted: Set<string>;
}

describe("kill -9 in the middle of writes", { skip: await hostLacks() }, () => {
  test("what was acknowledged is there, whole; what was deleted stays deleted; the trail holds", async () => {
    await using house = await startHouseProcess();
    await house.clients.s3.send(new CreateBucketCommand({ Bucket }));
    const versioned = { Bucket, VersioningConfiguration: { Status: "Enabled" } } as const;
    await house.clients.s3.send(new PutBucketVersioningCommand(versioned));
    const ledger: Ledger = { kept: new Map(), deleted: new Set() };
    for (let round = 0; round < rounds; round += 1) {
      const before = ledger.kept.size;
      const writing = Array.from({ length: writers }, (_, writer) => write(house, ledger, `${round}/${writer}`));
      // At a random moment, once something was acknowledged that could be lost.
      while (ledger.kept.size < before + writers) await sleep(5);
      await sleep(300 * Math.random());
      await house.kill();
      await Promise.all(writing);
      await house.up();
      await check(house, ledger);
    }
  });
});

/** Puts objects of all sizes, and deletes every fifth, until the server is gone. */
async function write({ clients }: HouseProcess, { kept, deleted }: Ledger, prefix: string): Promise<void> {
  const { s3 } = clients;
  for (let at = 0; ; at += 1) {
    const Key = `${prefix}/${at}`;
    const body = randomBytes(at % 7 === 0 ? 2_000_000 : 1 + at * 97);
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
      kept.set(Key, sha256(body));
      if (at % 5 !== 4) continue;
      // From here on either answer is right until the deletion is acknowledged.
      kept.delete(Key);
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      deleted.add(Key);
    } catch {
      return;
    }
  }
}

async function check({ clients }: HouseProcess, { kept, deleted }: Ledger): Promise<void> {
  for (const [Key, digest] of kept) {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    assert.equal(sha256((await Body?.transformToByteArray()) ?? new Uint8Array()), digest, Key);
  }
  for (const Key of deleted) {
    await assert.rejects(clients.s3.send(new HeadObjectCommand({ Bucket, Key })), { name: "NotFound" }, Key);
  }
  const { place, credentials, agent } = clients;
  const verdict = await new AdminClient({ ...place, credentials, agent }).send(new VerifyAuditCommand({}));
  assert.equal(verdict.Held, true, verdict.Problem);
}
