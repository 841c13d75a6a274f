import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrations as accessMigrations, openAccess } from "../../packages/server/src/access/index.ts";
import { migrations, openS3, type S3 } from "../../packages/server/src/artifacts/index.ts";
import { createSeal, migrations as keyMigrations, openEncryption } from "../../packages/server/src/encryption/index.ts";
import { openDb, silentLog, systemClock } from "../../packages/server/src/platform/index.ts";
import type { Db } from "../../packages/server/src/platform/index.ts";
import type { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { causedByCut, UnstableDisk } from "../../packages/server/src/platform/testing/unstable-disk.ts";
import { ObjectLedger } from "./object-ledger.ts";
import { writeUntilCut } from "./object-cut-writes.ts";

const accountId = "111122223333";
const callsMax = 30;
const writers = 3;

/**
 * Puts, copies, deletes and uploads in parts on a disk whose power is cut `cuts` times. The metadata database is SQLite with
 * synchronous=FULL and is taken at its word: what it committed stays. Throws where something acknowledged is gone,
 * changed or back, and where a file is left that nothing names.
 */
export async function cutObjects(
  random: Seeded,
  cuts: number,
  disk = new UnstableDisk(random),
): Promise<{ acknowledged: number }> {
  await using world = await openWorld(disk);
  let s3 = await world.open();
  for (let cut = 0; cut < cuts; cut += 1) {
    // Now and then it begins with a start, which may be cut too.
    const startCalls = random.chance(0.05) ? random.below(world.openCalls) : undefined;
    world.disk.cutAfter(startCalls ?? random.below(callsMax));
    try {
      if (startCalls !== undefined) s3 = await world.open();
      // All of them have to have stopped before the disk comes back.
      const ended = await Promise.allSettled(
        Array.from({ length: writers }, (_, writer) => writeUntilCut({ ...world, s3, random, writer })),
      );
      for (const end of ended) if (end.status === "rejected") throw end.reason;
    } catch (error) {
      if (!causedByCut(error)) throw error;
    }
    world.disk.restart();
    const before = world.disk.calls;
    s3 = await world.open();
    world.openCalls = world.disk.calls - before;
    await world.ledger.check(s3);
    await checkFiles(world);
  }
  return { acknowledged: world.ledger.acknowledged };
}

interface World extends AsyncDisposable {
  readonly disk: UnstableDisk;
  readonly db: Db;
  readonly ledger: ObjectLedger;
  /** How many calls opening takes. */
  openCalls: number;
  open(): Promise<S3>;
}

async function openWorld(disk: UnstableDisk): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-cuts-"));
  const created = await createSeal(folder, { kind: "key-file", content: Buffer.alloc(32, 7) });
  if (created.kind !== "open") throw new Error(`the seal is ${created.kind}`);
  const { seal } = created;
  const db = openDb(":memory:", seal.derive("metadata"));
  db.migrate(accessMigrations);
  db.migrate(keyMigrations);
  db.migrate(migrations);
  const realm = { accountId, region: "us-east-1" };
  const { policyPrincipals } = openAccess({ db, clock: systemClock, ...realm, tokenKey: seal.derive("tokens") });
  const { dataKeys } = openEncryption({
    policyPrincipals,
    db,
    seal,
    clock: systemClock,
    noteKeyUse: () => Promise.resolve(),
    noteKeyDeed: () => undefined,
    ...realm,
  });
  const sseS3Key = seal.derive("objects");
  const open = () =>
    openS3({
      ...{ db, dataFolder: "/", clock: systemClock, log: silentLog, dataKeys, sseS3Key, files: disk },
      ...{ trail: { record: () => Promise.resolve() }, policyPrincipals, ...realm },
    });
  const ledger = new ObjectLedger();
  const first = await open();
  first.buckets.create({ name: "plain", accountId });
  first.buckets.create({ name: "versioned", accountId });
  first.buckets.setVersioning("versioned", "Enabled");
  return {
    ...{ disk, db, ledger, open, openCalls: 300 },
    async [Symbol.asyncDispose]() {
      db[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** After a start every file has a name in the metadata, and every name a file. */
async function checkFiles({ disk, db }: World): Promise<void> {
  const named = db.all<{ id: string }>("SELECT file_id AS id FROM object_file UNION SELECT file_id FROM upload_part");
  const wanted = new Set(named.map(({ id }) => id));
  const there = new Set<string>();
  for (const folder of await disk.list("/objects")) {
    for (const rest of await disk.list(`/objects/${folder}`)) there.add(folder === "incoming" ? rest : folder + rest);
  }
  const missing = named.filter(({ id }) => !there.has(id)).length;
  const orphans = [...there].filter((id) => !wanted.has(id)).length;
  if (missing > 0) throw new Error(`${missing} files that the metadata name are gone`);
  if (orphans > 0) throw new Error(`${orphans} files are left that nothing names`);
}
