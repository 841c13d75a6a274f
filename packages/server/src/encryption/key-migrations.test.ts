import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { wrapKey } from "@strongroom/envelope";
import { openDb, TurnableClock } from "../platform/index.ts";
import { ImportStore } from "./import-store.ts";
import { KeyRing } from "./key-ring.ts";
import { keyMigrations, KeyStore } from "./key-store.ts";
import { KeyUse } from "./key-use.ts";

test("keys of the first layout open, and those of services are rotated from then on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-migrations-"));
  const db = openDb(join(folder, "metadata.db"), randomBytes(32));
  try {
    db.migrate(keyMigrations.slice(0, 1));
    const kek = randomBytes(32);
    const realm = { accountId: "111122223333", region: "us-east-1" };
    for (const [digit, manager] of [["1", "CUSTOMER"] as const, ["2", "AWS"] as const]) {
      const keyId = `00000000-0000-4000-8000-00000000000${digit}`;
      const aad = Buffer.from(`arn:aws:kms:us-east-1:111122223333:key/${keyId}#1`);
      db.run(`INSERT INTO kms_key VALUES (?, '', '{}', 'Enabled', ?, 0, NULL, 1)`, ...[keyId, manager]);
      const wrapped = wrapKey(kek, randomBytes(32), aad);
      db.run("INSERT INTO kms_key_material VALUES (?, 1, ?)", ...[keyId, wrapped]);
    }
    db.migrate(keyMigrations);
    const store = new KeyStore(db);
    const clock = new TurnableClock(new Date(1000));
    const ring = new KeyRing({ store, imports: new ImportStore(db), kek, clock, realm, noteDeed: () => undefined });
    const use = new KeyUse(ring);
    const [own, service] = store.keysAfter("", 10);
    assert.ok(own !== undefined && service !== undefined);
    assert.deepEqual([own.spec, own.usage, own.origin], ["SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "AWS_KMS"]);
    assert.deepEqual([own.state, own.rotationDays], ["Enabled", null]);
    assert.deepEqual([service.rotationDays, service.nextRotationAt], [365, 365 * 86_400_000]);
    const sealed = use.encrypt(service.keyId, Buffer.from("x"), {});
    assert.ok(sealed.kind === "encrypted");
    clock.advance(365 * 86_400_000);
    const fresh = use.encrypt(service.keyId, Buffer.from("x"), {});
    assert.ok(fresh.kind === "encrypted" && fresh.materialId !== sealed.materialId);
    assert.equal(use.decrypt(sealed.ciphertext, {}).kind, "decrypted");
    assert.equal(use.encrypt(own.keyId, Buffer.from("x"), {}).kind, "encrypted");
  } finally {
    db[Symbol.dispose]();
    await rm(folder, { recursive: true });
  }
});
