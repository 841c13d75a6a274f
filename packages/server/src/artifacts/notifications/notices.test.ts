import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { authority, expectKind, openPlace, pieces, plain } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";

const me = authority();
const bucket = "told";

async function world(): Promise<Place> {
  const place = await openPlace();
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  place.s3.buckets.setNotifications(bucket, true);
  return place;
}

const put = async ({ s3 }: Place, key: string) => {
  const body = pieces(Buffer.from("x"));
  return expectKind(await s3.objects.put({ authority: me, bucket, key, body, description: plain }), "stored");
};
const told = ({ recorded }: Place) =>
  recorded.map(({ serviceEventDetails }) => (serviceEventDetails?.["object"] as { key: string }).key);
const left = ({ db }: Place) => db.get<{ n: number }>("SELECT count(*) AS n FROM object_notice")?.n;

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds() && Date.now() < deadline) await wait(5);
  assert.ok(holds());
}

test("what was stored before a server was killed is told by the next one, in its order", async () => {
  const killed = await world();
  const keys = Array.from({ length: 250 }, (_, i) => `k${i}`);
  for (const key of keys) await put(killed, key);
  assert.deepEqual(told(killed), [], "nobody has begun to tell");
  await using place = await killed.reopen();
  place.s3.notices.begin();
  await until(() => told(place).length === keys.length);
  assert.deepEqual(told(place), keys);
  await until(() => left(place) === 0);
});

test("what could not be recorded stays, and is told by the next server", async () => {
  const first = await world();
  first.onRecord(() => Promise.reject(new Error("the trail is broken")));
  first.s3.notices.begin();
  await put(first, "a");
  await wait(50);
  assert.deepEqual(told(first), []);
  await using place = await first.reopen();
  place.s3.notices.begin();
  await until(() => told(place).length === 1);
  await put(place, "b");
  await until(() => told(place).length === 2);
});

test("a change that is rolled back tells nothing", async () => {
  await using place = await world();
  place.s3.notices.begin();
  const { versionId } = await put(place, "a");
  await until(() => told(place).length === 1);
  assert.throws(() =>
    place.db.transaction(() => {
      place.s3.objects.setTags({ authority: me, bucket, key: "a", versionId }, { k: "v" });
      throw new Error("rolled back");
    }),
  );
  await wait(50);
  assert.deepEqual(told(place), ["a"]);
});

test("a bucket that notifies nobody writes no notice", async () => {
  await using place = await world();
  place.s3.buckets.setNotifications(bucket, false);
  await put(place, "a");
  assert.equal(left(place), 0);
});

test("recorded notices that a full disk does not remove end nothing, and are removed with room", async () => {
  await using place = await world();
  place.db.run("CREATE TRIGGER full BEFORE DELETE ON object_notice BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  place.s3.notices.begin();
  await put(place, "a");
  await until(() => told(place).length === 1);
  await wait(1200);
  assert.equal(left(place), 1);
  place.db.run("DROP TRIGGER full");
  await until(() => left(place) === 0);
});
