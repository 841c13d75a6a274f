import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openDb } from "../platform/index.ts";
import { inKeyHouse } from "./testing/key-house.ts";
import type { KeyHouse } from "./testing/key-house.ts";
import { wrapForImport } from "./testing/bring-material.ts";

const dayMs = 86_400_000;

async function importedKey(house: KeyHouse, expiresAt?: Date): Promise<{ keyId: string; material: Buffer }> {
  const kind = { spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", origin: "EXTERNAL" } as const;
  const created = house.keys.create({ kind });
  assert.ok(created.kind === "key");
  const { keyId } = created.key;
  const asked = await house.imports.parameters({ keyId, algorithm: "RSAES_OAEP_SHA_256", spec: "RSA_2048" });
  assert.ok(asked.kind === "parameters");
  const material = randomBytes(32);
  const encrypted = wrapForImport(asked.publicKey, "RSAES_OAEP_SHA_256", material);
  const imported = await house.imports.import({ keyId, token: asked.token, encrypted, expiresAt });
  assert.equal(imported.kind, "imported");
  return { keyId, material };
}

/**
 * Every page of the metadata database as it lies on the disk, decrypted, free ones too; and how long its
 * write-ahead file is, of which each byte could hold an older page. Read off a copy, as a thief would.
 */
async function onDisk(house: KeyHouse): Promise<{ pages: Buffer; aheadBytes: number }> {
  const copy = await mkdtemp(join(tmpdir(), "strongroom-copy-"));
  try {
    await cp(house.folder, copy, { recursive: true });
    const { size: aheadBytes } = await stat(join(copy, "metadata.db-wal"));
    await rm(join(copy, "metadata.db-wal"));
    await rm(join(copy, "metadata.db-shm"), { force: true });
    using db = openDb(join(copy, "metadata.db"), house.databaseKey());
    const rows = db.all<{ data: Uint8Array }>("SELECT data FROM sqlite_dbpage ORDER BY pgno");
    return { pages: Buffer.concat(rows.map(({ data }) => Buffer.from(data))), aheadBytes };
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** ④ What is looked for with the root in hand: without it nothing of a page can be read anyway. */
async function assertShredded(house: KeyHouse, wrapped: readonly Buffer[], what: string): Promise<void> {
  const { pages, aheadBytes } = await onDisk(house);
  assert.equal(aheadBytes, 0, `${what}: the write-ahead file is empty`);
  assert.ok(pages.byteLength > 50_000);
  for (const one of wrapped) {
    // Any 16 bytes of it would tell that a part was left.
    for (let at = 0; at + 16 <= one.byteLength; at += 16) {
      assert.ok(!pages.includes(one.subarray(at, at + 16)), `${what}: bytes from ${at}`);
    }
  }
}

const ends: readonly (readonly [what: string, imported: boolean, end: (house: KeyHouse, keyId: string) => void])[] = [
  ["material that is deleted", true, (house, keyId) => assert.equal(house.imports.delete({ keyId }).kind, "imported")],
  [
    "material that expires, found by the sweep",
    true,
    (house) => {
      house.clock.advance(2 * dayMs);
      house.keys.sweep();
    },
  ],
  [
    "material that expires, found by use",
    true,
    (house, keyId) => {
      house.clock.advance(2 * dayMs);
      assert.equal(house.keyUse.encrypt(keyId, Buffer.from("x"), {}).kind, "refused");
    },
  ],
  [
    "a key whose waiting period ends, found by the sweep",
    false,
    (house, keyId) => {
      house.keys.scheduleDeletion(keyId, 7);
      house.clock.advance(7 * dayMs);
      assert.equal(house.keys.sweep(), 1);
    },
  ],
  [
    "a key whose waiting period ends, found by use",
    false,
    (house, keyId) => {
      house.keys.scheduleDeletion(keyId, 7);
      house.clock.advance(7 * dayMs);
      assert.equal(house.keys.describe(keyId).kind, "refused");
    },
  ],
];

for (const [what, imported, end] of ends) {
  test(`${what} is in no byte of the disk any more, not even for who has the root`, async () => {
    await inKeyHouse(async (house) => {
      const others = Array.from({ length: 40 }, () => house.keys.create({ description: "a neighbour" }));
      const keyId = imported
        ? (await importedKey(house, new Date(house.clock.now().getTime() + dayMs))).keyId
        : (() => {
            const created = house.keys.create({});
            assert.ok(created.kind === "key");
            return created.key.keyId;
          })();
      if (!imported) assert.equal(house.rotations.now(keyId).kind, "rotated");
      const wrapped = house.wrappedOf(keyId);
      assert.equal(wrapped.length, imported ? 1 : 2);
      house.checkpoint();
      const before = await onDisk(house);
      for (const one of wrapped) assert.ok(before.pages.includes(one), "the search finds what is there");
      end(house, keyId);
      await assertShredded(house, wrapped, what);
      for (const other of others) {
        assert.ok(other.kind === "key");
        assert.equal(house.keyUse.encrypt(other.key.keyId, Buffer.from("x"), {}).kind, "encrypted");
      }
      await house.restart();
      await assertShredded(house, wrapped, `${what}, after a restart`);
    });
  });
}

test("brought material, its wrapping key and the token's key lie in no file as they are", async () => {
  await inKeyHouse(async (house) => {
    const { keyId, material } = await importedKey(house);
    assert.deepEqual(house.materialOf(keyId), material);
    const entries = await readdir(house.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const content = Buffer.concat(await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))));
    assert.ok(content.byteLength > 4096);
    for (const needle of [material, ...house.secretsOf(keyId), ...house.wrappedOf(keyId)]) {
      assert.ok(!content.includes(needle));
      assert.ok(!content.includes(needle.toString("hex")));
    }
  });
});
