import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openDb, type Db } from "../../platform/index.ts";
import { migrations } from "../index.ts";
import { BucketStore } from "./bucket-store.ts";

async function place(t: TestContext): Promise<{ db: Db; store: BucketStore }> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-buckets-"));
  const db = openDb(join(folder, "metadata.db"), Buffer.alloc(32, 7));
  t.after(async () => {
    db[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });
  db.migrate(migrations);
  const store = new BucketStore(db);
  store.insert({ name: "one", accountId: "111122223333", createdAt: new Date(0) });
  return { db, store };
}

test("a change holds for the next who asks", async (t) => {
  const { store } = await place(t);
  assert.equal(store.find("one")?.policy, undefined);
  store.set("one", "policy", "first");
  assert.equal(store.find("one")?.policy, "first");
  store.set("one", "policy", undefined);
  assert.equal(store.find("one")?.policy, undefined);
  assert.equal(store.deleteEmpty("one").kind, "deleted");
  assert.equal(store.find("one"), undefined);
  store.insert({ name: "one", accountId: "111122223333", createdAt: new Date(7) });
  assert.deepEqual(store.find("one")?.createdAt, new Date(7));
});

test("a change that is taken back is not remembered", async (t) => {
  const { db, store } = await place(t);
  const takenBack = (change: () => void) => () =>
    db.transaction(() => {
      change();
      throw new Error("taken back");
    });
  const setPolicy = () => {
    store.set("one", "policy", "never");
    assert.equal(store.find("one")?.policy, "never");
  };
  assert.throws(takenBack(setPolicy), /taken back/);
  assert.equal(store.find("one")?.policy, undefined);
  const remove = () => {
    assert.equal(store.deleteEmpty("one").kind, "deleted");
    assert.equal(store.find("one"), undefined);
  };
  assert.throws(takenBack(remove), /taken back/);
  assert.equal(store.find("one")?.name, "one");
  const insert = () => {
    store.insert({ name: "two", accountId: "111122223333", createdAt: new Date(0) });
    assert.equal(store.find("two")?.name, "two");
  };
  assert.throws(takenBack(insert), /taken back/);
  assert.equal(store.find("two"), undefined);
});
