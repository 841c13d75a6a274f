import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openDb, type Db } from "./db.ts";

async function place(t: TestContext): Promise<Db> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-db-"));
  const db = openDb(join(folder, "metadata.db"), Buffer.alloc(32, 7));
  t.after(async () => {
    db[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });
  const sql = "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT, bytes BLOB, big INTEGER) STRICT";
  db.migrate([{ name: "things", sql }]);
  return db;
}

const insert = "INSERT INTO thing (name, bytes, big) VALUES (?, ?, ?) RETURNING id, name";

test("a row holds its columns by name, whatever the statement", async (t) => {
  const db = await place(t);
  assert.deepEqual(db.get(insert, "a", Buffer.of(1, 2), 2 ** 40), { id: 1, name: "a" });
  assert.deepEqual(db.get(insert, undefined, undefined, true), { id: 2, name: null });
  const [first, second, ...more] = db.all("SELECT t.*, 7 AS seven FROM thing t ORDER BY id");
  assert.deepEqual(first, { id: 1, name: "a", bytes: Buffer.of(1, 2), big: 2 ** 40, seven: 7 });
  assert.deepEqual(second, { id: 2, name: null, bytes: null, big: 1, seven: 7 });
  assert.deepEqual(more, []);
  assert.equal(db.get("SELECT * FROM thing WHERE id = ?", 3), undefined);
  assert.deepEqual(db.run("UPDATE thing SET name = ?", "b"), { changes: 2 });
});

test("a statement that was prepared before a migration sees the columns of after it", async (t) => {
  const db = await place(t);
  db.get(insert, "a", null, 1);
  db.get("SELECT * FROM thing");
  db.migrate([{ name: "colour", sql: "ALTER TABLE thing ADD COLUMN colour TEXT DEFAULT 'red'" }]);
  assert.deepEqual(db.get("SELECT * FROM thing"), { id: 1, name: "a", bytes: null, big: 1, colour: "red" });
});

test("the version rises with whatever may have changed what is read, and with nothing else", async (t) => {
  const db = await place(t);
  const rises = (task: () => unknown): boolean => {
    const before = db.version;
    task();
    return db.version > before;
  };
  assert.ok(!rises(() => db.get("SELECT * FROM thing")));
  assert.ok(!rises(() => db.all("\n  SELECT * FROM thing")));
  assert.ok(rises(() => db.run("DELETE FROM thing")));
  assert.ok(rises(() => db.get(insert, "a", null, 1)));
  assert.ok(rises(() => db.all(insert, "b", null, 1)));
  assert.ok(rises(() => db.migrate([{ name: "other", sql: "CREATE TABLE other (id INTEGER) STRICT" }])));
  const rollBack = () =>
    db.transaction(() => {
      throw new Error("no");
    });
  assert.ok(rises(() => assert.throws(rollBack, /no/)));
});

test("it says whether a transaction is open", async (t) => {
  const db = await place(t);
  assert.equal(db.isInTransaction, false);
  assert.equal(
    db.transaction(() => db.transaction(() => db.isInTransaction)),
    true,
  );
  assert.equal(db.isInTransaction, false);
});
