/** A store of objects in a temporary folder of its own, for `listing.bench.ts`, which fills its index directly. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrations as accessMigrations, openAccess } from "../packages/server/src/access/index.ts";
import { migrations, openS3, type S3 } from "../packages/server/src/artifacts/index.ts";
import { migrations as keyMigrations, openEncryption, createSeal } from "../packages/server/src/encryption/index.ts";
import { openDb, silentLog, systemClock, type Db } from "../packages/server/src/platform/index.ts";

export interface OpenedStore extends AsyncDisposable {
  readonly db: Db;
  readonly s3: S3;
}

export async function openStore(): Promise<OpenedStore> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
  const created = await createSeal(folder, { kind: "key-file", content: randomBytes(32) });
  if (created.kind !== "open") throw new Error(`the seal is ${created.kind}`);
  const { seal } = created;
  const db = openDb(join(folder, "metadata.db"), seal.derive("metadata"));
  db.migrate([...accessMigrations, ...keyMigrations, ...migrations]);
  const realm = { db, clock: systemClock, region: "us-east-1", accountId: "111122223333" };
  const { policyPrincipals } = openAccess({ ...realm, tokenKey: seal.derive("tokens") });
  const { dataKeys } = openEncryption({
    ...realm,
    seal,
    policyPrincipals,
    noteKeyUse: () => Promise.resolve(),
    noteKeyDeed: () => undefined,
  });
  const place = { ...realm, policyPrincipals, dataFolder: folder, log: silentLog };
  const records = { trail: { record: () => Promise.resolve() } };
  return {
    db,
    s3: await openS3({ ...place, ...records, dataKeys, sseS3Key: seal.derive("objects") }),
    async [Symbol.asyncDispose]() {
      db[Symbol.dispose]();
      seal[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
