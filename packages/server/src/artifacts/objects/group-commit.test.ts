import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openDb } from "../../platform/index.ts";
import type { Db } from "../../platform/index.ts";
import { authority, expectKind, openPlace, pieces, plain } from "../testing/place.ts";
import { GroupCommit } from "./group-commit.ts";

async function openCounted() {
  await using made = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "strongroom-commit-"));
  made.defer(() => rm(folder, { recursive: true }));
  const db = made.use(openDb(join(folder, "metadata.db"), Buffer.alloc(32, 1)));
  db.migrate([{ name: "entry", sql: "CREATE TABLE entry (name TEXT PRIMARY KEY) STRICT" }]);
  let transactions = 0;
  const commits = new GroupCommit((body) => {
    transactions += 1;
    return db.transaction(body);
  });
  const owned = made.move();
  return { db, commits, transactions: () => transactions, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const add = (db: Db, name: string) => () => db.run("INSERT INTO entry (name) VALUES (?)", name).changes;
const namesIn = (db: Db) => db.all<{ name: string }>("SELECT name FROM entry ORDER BY name").map(({ name }) => name);

test("what comes at once is committed in one transaction, in its order", async () => {
  await using opened = await openCounted();
  const { db, commits } = opened;
  const all = await Promise.all(Array.from({ length: 40 }, (_, i) => commits.commit(add(db, `n${i}`))));
  assert.equal(all.length, 40);
  assert.equal(namesIn(db).length, 40);
  assert.equal(opened.transactions(), 1);
});

test("a commit waits for others under way, but for a moment only", async () => {
  await using opened = await openCounted();
  const { db, commits } = opened;
  const later = async (name: string) => {
    await new Promise((resolve) => setImmediate(resolve));
    return await commits.commit(add(db, name));
  };
  await Promise.all([
    commits.expecting(() => later("a little later")),
    commits.expecting(() => commits.commit(add(db, "at once"))),
  ]);
  assert.equal(opened.transactions(), 1);
  const never = Promise.withResolvers<undefined>();
  const slow = commits.expecting(() => never.promise);
  await commits.expecting(() => commits.commit(add(db, "beside one that takes long")));
  assert.equal(opened.transactions(), 2);
  never.resolve(undefined);
  await slow;
});

test("where one of a group throws it fails alone, and leaves nothing", async () => {
  await using opened = await openCounted();
  const { db, commits } = opened;
  const failing = () => {
    add(db, "half")();
    throw new Error("on purpose");
  };
  const settled = await Promise.allSettled([
    commits.commit(add(db, "a")),
    commits.commit(failing),
    commits.commit(add(db, "a")),
    commits.commit(add(db, "b")),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ["fulfilled", "rejected", "rejected", "fulfilled"],
  );
  assert.deepEqual(namesIn(db), ["a", "b"]);
});

test("of fifty puts at once that want no object there, exactly one wins; so of fifty that want a certain one", async () => {
  await using place = await openPlace();
  const bucket = "raced";
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  const put = (content: string, conditions: { ifNoneMatch?: string; ifMatch?: string }) =>
    place.s3.objects.put({
      authority: authority(),
      bucket,
      key: "one",
      body: pieces(Buffer.from(content)),
      description: plain,
      conditions,
    });
  for (let round = 0; round < 4; round += 1) {
    const current = place.s3.objects.head({ bucket, key: "one" });
    const condition = current.kind === "object" ? { ifMatch: current.version.etag } : { ifNoneMatch: "*" };
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => put(`${round} ${i}`, condition)));
    const won = outcomes.flatMap((outcome) => (outcome.kind === "stored" ? [outcome] : []));
    const lost = outcomes.filter((outcome) => outcome.kind === "refused" && outcome.reason === "precondition-failed");
    assert.deepEqual([won.length, lost.length], [1, 49], `round ${round}`);
    const found = expectKind(place.s3.objects.head({ bucket, key: "one" }), "object");
    assert.equal(found.version.etag, won[0]?.etag);
  }
  // What the others wrote is gone from the disk as well.
  assert.equal(place.db.get<{ n: number }>("SELECT count(*) AS n FROM object_file")?.n, 1);
});
