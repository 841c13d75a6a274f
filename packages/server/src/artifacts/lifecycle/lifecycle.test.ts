import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { TurnableClock } from "../../platform/index.ts";
import type { ObjectLock } from "../objects/object-lock.ts";
import { authority, expectKind, openPlace, pieces } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";
import type { LifecycleRule } from "./lifecycle-rule.ts";

const me = authority();
const dayMs = 86_400_000;
const bucket = "b-1";

const rule = (over: Partial<LifecycleRule>): LifecycleRule => ({
  id: "r",
  isEnabled: true,
  filter: {},
  filterForm: "filter",
  ...over,
});

/** A bucket, and a clock that stands at ten in the morning. */
async function world(versioning?: "Enabled" | "Suspended", objectLock = false) {
  const clock = new TurnableClock(new Date("2026-11-23T10:00:00Z"));
  const place = await openPlace(undefined, clock);
  place.s3.buckets.create({ name: bucket, accountId: "111122223333", objectLock });
  if (versioning !== undefined) place.s3.buckets.setVersioning(bucket, versioning);
  return { clock, place, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

const rules = ({ s3 }: Place, ...given: LifecycleRule[]) =>
  s3.buckets.setLifecycle(bucket, { rules: given, transitionMinimumSize: "all_storage_classes_128K" });

async function put({ s3 }: Place, key: string, more: { tags?: object; lock?: ObjectLock; bytes?: number } = {}) {
  const { tags, lock, bytes = 3 } = more;
  const description = {
    headers: {},
    metadata: {},
    ...(tags === undefined ? {} : { tags: tags as Record<string, string> }),
    ...(lock === undefined ? {} : { lock }),
  };
  const body = pieces(Buffer.alloc(bytes, 1));
  return expectKind(await s3.objects.put({ authority: me, bucket, key, body, description }), "stored");
}

/** Lets today's pass run to its end. */
async function pass(place: Place, clock: TurnableClock, of = bucket): Promise<void> {
  place.s3.lifecycle.begin();
  const day = Math.floor(clock.now().getTime() / dayMs);
  const sql = "SELECT 1 FROM lifecycle_progress WHERE bucket = ? AND day = ? AND stage = 'done'";
  const deadline = Date.now() + 20_000;
  while (place.db.get(sql, of, day) === undefined) {
    assert.ok(Date.now() < deadline, "the pass ends");
    await wait(10);
  }
}

const versions = ({ s3 }: Place) => {
  const { items } = expectKind(s3.listings.versions({ bucket, max: 1000 }), "listing");
  return items.map(({ key, kind, versionId }) => ({ key, kind, versionId }));
};
const keys = (place: Place) => versions(place).map(({ key }) => key);
const outcomes = ({ recorded }: Place) => recorded.filter(({ phase }) => phase === "outcome");

test("objects expire at the midnight behind their last day, and not a moment before", async () => {
  await using opened = await world();
  const { clock, place } = opened;
  await put(place, "a");
  await put(place, "keep/b");
  rules(place, rule({ id: "two days", filter: { prefix: "a" }, expiration: { days: 2 } }));
  clock.turnTo(new Date("2026-11-25T23:59:59.999Z"));
  await pass(place, clock);
  assert.deepEqual(keys(place), ["a", "keep/b"]);
  clock.turnTo(new Date("2026-11-26T00:00:00Z"));
  await pass(place, clock);
  assert.deepEqual(keys(place), ["keep/b"]);
  const [intent, outcome] = place.recorded;
  assert.deepEqual(
    [intent?.phase, outcome?.phase, outcome?.eventName, outcome?.requestID === intent?.requestID],
    ["intent", "outcome", "ExpireObject", true],
  );
  assert.deepEqual(outcome?.userIdentity, {
    type: "AWSService",
    accountId: "111122223333",
    invokedBy: "s3.amazonaws.com",
  });
  assert.deepEqual(outcome.requestParameters, {
    bucketName: bucket,
    key: "a",
    versionId: "null",
    lifecycleRuleId: "two days",
  });
  assert.equal(outcome.resources?.[0]?.ARN, `arn:aws:s3:::${bucket}/a`);
});

test("a date ends what is there then, and what comes later on the day after", async () => {
  await using opened = await world();
  const { clock, place } = opened;
  await put(place, "a");
  rules(place, rule({ expiration: { date: Date.parse("2026-11-24T00:00:00Z") } }));
  await pass(place, clock);
  assert.deepEqual(keys(place), ["a"]);
  clock.advance(dayMs);
  await pass(place, clock);
  assert.deepEqual(keys(place), []);
  await put(place, "later");
  clock.advance(dayMs);
  await pass(place, clock);
  assert.deepEqual(keys(place), []);
});

test("tags and sizes are those of the moment; a disabled rule does nothing", async () => {
  await using opened = await world();
  const { clock, place } = opened;
  await put(place, "tagged", { tags: { stage: "old" } });
  await put(place, "retagged", { tags: { stage: "old" } });
  await put(place, "small", { bytes: 10 });
  await put(place, "large", { bytes: 11 });
  rules(
    place,
    rule({ id: "t", filter: { tags: { stage: "old" } }, expiration: { days: 1 } }),
    rule({ id: "s", filter: { sizeAbove: 10 }, expiration: { days: 1 } }),
    rule({ id: "d", isEnabled: false, expiration: { days: 1 } }),
  );
  place.s3.objects.setTags({ authority: me, bucket, key: "retagged" }, { stage: "new" });
  clock.advance(3 * dayMs);
  await pass(place, clock);
  assert.deepEqual(keys(place), ["retagged", "small"]);
});

test("in a versioned bucket the current version is hidden by a marker, once; the versions stay", async () => {
  await using opened = await world("Enabled");
  const { clock, place } = opened;
  const { versionId } = await put(place, "a");
  rules(place, rule({ expiration: { days: 1 } }));
  clock.advance(3 * dayMs);
  await pass(place, clock);
  clock.advance(3 * dayMs);
  await pass(place, clock);
  const [marker, version, ...more] = versions(place);
  assert.deepEqual([marker?.kind, version?.versionId, more], ["delete-marker", versionId, []]);
  const [outcome, ...others] = outcomes(place);
  assert.deepEqual(others, []);
  assert.deepEqual(outcome?.responseElements, { deleteMarker: true, versionId: marker?.versionId });
});

test("with versioning suspended a null version is gone for good, another is hidden by a null marker", async () => {
  await using opened = await world("Enabled");
  const { clock, place } = opened;
  const { versionId } = await put(place, "versioned");
  place.s3.buckets.setVersioning(bucket, "Suspended");
  await put(place, "null");
  rules(place, rule({ expiration: { days: 1 } }));
  clock.advance(3 * dayMs);
  await pass(place, clock);
  assert.deepEqual(versions(place), [
    { key: "null", kind: "delete-marker", versionId: "null" },
    { key: "versioned", kind: "delete-marker", versionId: "null" },
    { key: "versioned", kind: "object", versionId },
  ]);
});

test("versions that are not current go by the time they were superseded, but for the newest few", async () => {
  await using opened = await world("Enabled");
  const { clock, place } = opened;
  for (let i = 0; i < 10; i += 1) await put(place, "a");
  await place.s3.objects.delete({ authority: me, bucket, key: "gone" });
  const { versionId } = await put(place, "gone");
  rules(place, rule({ noncurrentExpiration: { days: 1, newerVersions: 5 } }));
  clock.advance(3 * dayMs);
  await pass(place, clock);
  const left = keys(place).filter((key) => key === "a");
  assert.equal(left.length, 6, "the current one and five more");
  rules(place, rule({ noncurrentExpiration: { days: 1 } }));
  clock.advance(dayMs);
  await pass(place, clock);
  // A marker that is not current is a version like any other.
  const current = versions(place).find(({ key }) => key === "a");
  assert.ok(current !== undefined);
  assert.deepEqual(versions(place), [current, { key: "gone", kind: "object", versionId }]);
});

test("a version that was overwritten yesterday is not counted from when it was made", async () => {
  await using opened = await world("Enabled");
  const { clock, place } = opened;
  await put(place, "a");
  clock.advance(10 * dayMs);
  await put(place, "a");
  rules(place, rule({ noncurrentExpiration: { days: 3 } }));
  clock.advance(3 * dayMs);
  await pass(place, clock);
  assert.equal(keys(place).length, 2);
  clock.advance(dayMs);
  await pass(place, clock);
  assert.equal(keys(place).length, 1);
});

test("markers that hide nothing go at once where a rule says so, by age where a rule expires; others stay", async () => {
  await using opened = await world("Enabled");
  const { clock, place } = opened;
  await place.s3.objects.delete({ authority: me, bucket, key: "bare" });
  await place.s3.objects.delete({ authority: me, bucket, key: "aged" });
  await put(place, "hiding");
  await place.s3.objects.delete({ authority: me, bucket, key: "hiding" });
  rules(
    place,
    rule({ id: "m", filter: { prefix: "bare" }, expiration: { expiredDeleteMarker: true } }),
    rule({ id: "h", filter: { prefix: "hiding" }, expiration: { expiredDeleteMarker: true } }),
    rule({ id: "a", filter: { prefix: "aged" }, expiration: { days: 2 } }),
  );
  await pass(place, clock);
  assert.deepEqual(keys(place), ["aged", "hiding", "hiding"]);
  clock.advance(3 * dayMs);
  await pass(place, clock);
  assert.deepEqual(keys(place), ["hiding", "hiding"]);
});

test("③ what a lock keeps stays, whichever rule is due; when the lock ends it goes", async () => {
  await using opened = await world("Enabled", true);
  const { clock, place } = opened;
  const until = clock.now().getTime() + 10 * dayMs;
  await put(place, "compliance", { lock: { retention: { mode: "COMPLIANCE", until } } });
  await put(place, "governance", { lock: { retention: { mode: "GOVERNANCE", until } } });
  await put(place, "held", { lock: { legalHold: true } });
  await put(place, "free");
  await put(place, "damaged");
  const damaged = `UPDATE object_version SET description = '{"headers":{},"metadata":{},"lock":7}' WHERE key = ?`;
  place.db.run(damaged, Buffer.from("damaged"));
  for (const key of ["compliance", "governance", "held", "free", "damaged"]) await put(place, key);
  rules(place, rule({ expiration: { days: 1 }, noncurrentExpiration: { days: 1 } }));
  clock.advance(3 * dayMs);
  await pass(place, clock);
  const objects = () => versions(place).flatMap(({ key, kind }) => (kind === "object" ? [key] : []));
  // The current ones were hidden by markers, which takes nothing away.
  assert.deepEqual(
    objects().sort(),
    "compliance compliance damaged damaged free governance governance held held".split(" "),
  );
  assert.deepEqual(
    outcomes(place).filter(({ errorCode }) => errorCode !== undefined),
    [],
  );
  clock.advance(20 * dayMs);
  await pass(place, clock);
  assert.deepEqual(objects(), ["damaged", "held"]);
});

test("③ a lock that comes between the look at a version and its end keeps it, and the record says so", async () => {
  await using opened = await world("Enabled", true);
  const { clock, place } = opened;
  const { versionId } = await put(place, "a");
  await put(place, "a");
  rules(place, rule({ filter: { prefix: "a" }, noncurrentExpiration: { days: 1 } }));
  clock.advance(3 * dayMs);
  // The record of the intent is what lies in between.
  place.onRecord((event) => {
    if (event.phase === "intent") place.s3.objects.setLegalHold({ bucket, key: "a", versionId }, true);
  });
  await pass(place, clock);
  assert.equal(keys(place).length, 2);
  assert.deepEqual(
    outcomes(place).map(({ errorCode }) => errorCode),
    ["PreconditionFailed"],
  );
});

test("what was overwritten, retagged or taken out of the rules between look and end stays", async () => {
  await using opened = await world();
  const { clock, place } = opened;
  for (const key of ["overwritten", "retagged", "same"]) await put(place, key, { tags: { old: "1" } });
  rules(place, rule({ filter: { tags: { old: "1" } }, expiration: { days: 1 } }));
  clock.advance(3 * dayMs);
  let writing: Promise<unknown> | undefined;
  place.onRecord(async () => {
    place.s3.objects.setTags({ authority: me, bucket, key: "retagged" }, {});
    writing ??= put(place, "overwritten", { tags: { old: "1" } });
    await writing;
  });
  await pass(place, clock);
  assert.deepEqual(keys(place), ["overwritten", "retagged"]);
});

test("uploads are aborted by age, with their parts", async () => {
  await using opened = await world();
  const { clock, place } = opened;
  const { multiparts } = place.s3;
  const description = { headers: {}, metadata: {} };
  const begin = async (key: string) =>
    expectKind(await multiparts.create({ authority: me, bucket, key, description }), "upload").upload;
  const old = await begin("tmp/a");
  const body = pieces(Buffer.alloc(100));
  const part = await multiparts.putPart({
    authority: me,
    bucket,
    key: "tmp/a",
    uploadId: old.id,
    part: 1,
    body,
    claims: {},
  });
  assert.equal(part.kind, "part");
  await begin("other");
  rules(place, rule({ id: "u", filter: { prefix: "tmp/" }, abortUploadAfterDays: 1 }));
  clock.advance(3 * dayMs);
  await begin("tmp/new");
  await pass(place, clock);
  const { items } = expectKind(place.s3.listings.uploads({ bucket, max: 10 }), "listing");
  assert.deepEqual(
    items.map(({ key }) => key),
    ["other", "tmp/new"],
  );
  assert.equal(place.db.get("SELECT 1 FROM upload_part"), undefined);
  const [outcome] = outcomes(place);
  assert.deepEqual(
    [outcome?.eventName, outcome?.requestParameters?.["uploadId"], outcome?.requestParameters?.["lifecycleRuleId"]],
    ["DeleteUpload", old.id, "u"],
  );
});

test("a pass that was broken off goes on where it was, and nothing is ended twice", async () => {
  const { clock, place: first } = await world();
  for (let i = 0; i < 250; i += 1) await put(first, `k${String(i).padStart(3, "0")}`);
  rules(first, rule({ expiration: { days: 1 } }));
  clock.advance(3 * dayMs);
  const { promise: killed, resolve: kill } = Promise.withResolvers<undefined>();
  first.onRecord(() => {
    if (outcomes(first).length < 120) return Promise.resolve();
    kill(undefined);
    return Promise.reject(new Error("the server was killed here"));
  });
  first.s3.lifecycle.begin();
  await killed;
  await using place = await first.reopen();
  const before = keys(place).length;
  assert.ok(before > 0 && before < 250, String(before));
  await pass(place, clock);
  assert.deepEqual(keys(place), []);
  assert.equal(outcomes(place).length, before);
});

test("a bucket that fails does not hold up the others", async () => {
  await using opened = await world();
  const { clock, place } = opened;
  await put(place, "a");
  rules(place, rule({ expiration: { days: 1 } }));
  place.s3.buckets.create({ name: "a-broken", accountId: "111122223333" });
  place.db.run("UPDATE bucket SET lifecycle = '{' WHERE name = 'a-broken'");
  clock.advance(3 * dayMs);
  await pass(place, clock);
  assert.deepEqual(keys(place), []);
});

test("requests are answered while many things expire", async () => {
  await using opened = await world();
  const { clock, place } = opened;
  for (let i = 0; i < 300; i += 1) await put(place, `k${i}`);
  rules(place, rule({ expiration: { days: 1 } }));
  clock.advance(3 * dayMs);
  place.s3.lifecycle.begin();
  let worst = 0;
  while (place.db.get("SELECT 1 FROM object_version LIMIT 1") !== undefined) {
    const from = performance.now();
    await wait(1);
    worst = Math.max(worst, performance.now() - from);
  }
  assert.ok(worst < 250, `the event loop stood for ${worst} ms`);
});
