import assert from "node:assert/strict";
import { test } from "node:test";
import type { Permission } from "../../access/index.ts";
import { TurnableClock } from "../../platform/index.ts";
import { authority, collect, expectKind, openPlace, pieces, plain, random } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";
import { BucketKeys } from "./bucket-keys.ts";

const who = authority();
const minuteMs = 60_000;

interface Scene {
  readonly place: Place;
  readonly clock: TurnableClock;
  readonly keyId: string;
  readonly keyArn: string;
}

async function withKey(body: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = new TurnableClock(new Date("2026-11-23T10:00:00Z"));
  await using place = await openPlace(undefined, clock);
  for (const name of ["data", "other"]) place.s3.buckets.create({ name, accountId: "111122223333" });
  const { keyId, keyArn } = expectKind(place.encryption.keys.create({}), "key").key;
  await body({ place, clock, keyId, keyArn });
}

interface Write {
  readonly bucket?: string;
  readonly bytes?: Uint8Array;
  readonly as?: typeof who;
  readonly context?: Record<string, string>;
}

async function put({ place, keyArn }: Scene, key: string, { bucket = "data", bytes, as = who, context }: Write = {}) {
  const encryption = { kind: "aws:kms" as const, keyId: keyArn, bucketKey: true };
  return await place.s3.objects.put({
    ...{ authority: as, bucket, key, body: pieces(bytes ?? Buffer.from(key)), description: plain },
    encryption: context === undefined ? encryption : { ...encryption, context },
  });
}

/** The wrapped bucket key that an object was stored with. */
async function bucketKeyOf(scene: Scene, key: string, write?: Write): Promise<string> {
  const { sealed } = expectKind(await put(scene, key, write), "stored");
  assert.ok(sealed.bucketKey !== undefined);
  return Buffer.from(sealed.bucketKey).toString("base64");
}

async function read({ s3 }: Place, key: string, as = who, bucket = "data"): Promise<string> {
  const found = await s3.objects.get({ authority: as, bucket, key });
  return found.kind === "refused" ? found.reason : (await collect(found.body)).toString();
}

test("many objects share one key of their bucket, each under a data key of its own, and open after a restart", async () => {
  await withKey(async (scene) => {
    const { place, keyArn } = scene;
    const shared = new Set<string>();
    const wrapped = new Set<string>();
    for (let at = 0; at < 20; at += 1) {
      const { sealed } = expectKind(await put(scene, `k${at}`), "stored");
      shared.add(Buffer.from(sealed.bucketKey ?? []).toString("hex"));
      wrapped.add(Buffer.from(sealed.wrappedKey).toString("hex"));
      assert.equal(sealed.kmsKeyArn, keyArn);
    }
    assert.deepEqual([shared.size, wrapped.size], [1, 20]);
    assert.equal(await read(place, "k7"), "k7");
    const again = await place.reopen();
    assert.equal(await read(again, "k7"), "k7");
    again.db[Symbol.dispose]();
  });
});

test("who writes and who reads is asked for the KMS key each time, by the bucket's ARN", async () => {
  await withKey(async (scene) => {
    const asked: Permission[] = [];
    const noted = authority(() => false, asked);
    for (const key of ["a", "b"]) await put(scene, key, { as: noted });
    for (const key of ["a", "b"]) await read(scene.place, key, noted);
    const told = asked
      .filter(({ action }) => action.startsWith("kms:"))
      .map(({ action, resource, context }) => [action, resource, context?.["kms:EncryptionContext:aws:s3:arn"]]);
    const of = (action: string) => [action, scene.keyArn, "arn:aws:s3:::data"];
    // The first write is asked twice: for the use of the key, and when the bucket's key is made.
    assert.deepEqual(told, [...[0, 1, 2].map(() => of("kms:GenerateDataKey")), ...[0, 1].map(() => of("kms:Decrypt"))]);
    const denied = authority(({ action }) => action.startsWith("kms:"));
    assert.equal(expectKind(await put(scene, "c", { as: denied }), "refused").reason, "access-denied");
    assert.equal(await read(scene.place, "a", denied), "access-denied");
  });
});

test("a KMS key that is disabled, or on its way to deletion, stops the next request", async () => {
  await withKey(async (scene) => {
    const { place, keyId } = scene;
    const { keys } = place.encryption;
    await put(scene, "k");
    assert.equal(await read(place, "k"), "k");
    keys.setEnabled(keyId, false);
    assert.equal(await read(place, "k"), "key-disabled");
    assert.equal(expectKind(await put(scene, "x"), "refused").reason, "key-disabled");
    keys.setEnabled(keyId, true);
    assert.equal(await read(place, "k"), "k");
    keys.scheduleDeletion(keyId, 7);
    assert.equal(await read(place, "k"), "key-unusable");
    assert.equal(expectKind(await put(scene, "x"), "refused").reason, "key-unusable");
    scene.clock.advance(8 * 24 * 60 * minuteMs);
    assert.equal(await read(place, "k"), "key-not-found");
  });
});

test("another key is made after five minutes, after a rotation, for another context and for another bucket", async () => {
  await withKey(async (scene) => {
    const { place, clock, keyId } = scene;
    const first = await bucketKeyOf(scene, "a");
    clock.advance(4 * minuteMs);
    assert.equal(await bucketKeyOf(scene, "b"), first);
    clock.advance(minuteMs);
    const second = await bucketKeyOf(scene, "c");
    assert.notEqual(second, first);
    const team = await bucketKeyOf(scene, "d", { context: { team: "red" } });
    assert.notEqual(team, second);
    assert.equal(await bucketKeyOf(scene, "e", { context: { team: "red" } }), team);
    assert.notEqual(await bucketKeyOf(scene, "f", { bucket: "other" }), second);
    assert.equal(await bucketKeyOf(scene, "g"), second);
    place.encryption.rotations.now(keyId);
    assert.notEqual(await bucketKeyOf(scene, "h"), second);
    for (const key of ["a", "b", "c", "d", "e", "g", "h"]) assert.equal(await read(place, key), key);
    assert.equal(await read(place, "f", who, "other"), "f");
  });
});

test("a key wraps ten thousand data keys and no more", async () => {
  await withKey(async ({ place, clock, keyArn: keyId }) => {
    const bucketKeys = new BucketKeys({ dataKeys: place.encryption.dataKeys, clock });
    const next = () => {
      const key = expectKind(
        bucketKeys.forWriting({ authority: who, bucket: "data", context: undefined, keyId }),
        "bucket-key",
      );
      return Buffer.from(key.wrapped).toString("base64");
    };
    const first = next();
    const made = new Set<string>();
    for (let at = 1; at < 10_000; at += 1) made.add(next());
    assert.deepEqual([...made], [first]);
    assert.notEqual(next(), first);
    await Promise.resolve();
  });
});

test("what is held is wiped when its time is over, and when others take its place", async () => {
  await withKey(async ({ place, clock, keyArn: keyId }) => {
    const bucketKeys = new BucketKeys({ dataKeys: place.encryption.dataKeys, clock });
    const of = (bucket: string) =>
      expectKind(bucketKeys.forWriting({ authority: who, bucket, context: undefined, keyId }), "bucket-key").key;
    const isWiped = (key: Uint8Array) => key.every((byte) => byte === 0);
    const [old, crowdedOut] = [of("old"), of("crowded")];
    assert.ok(!isWiped(old));
    clock.advance(6 * minuteMs);
    assert.notDeepEqual(of("old"), old);
    assert.ok(isWiped(old));
    for (let at = 0; at < 64; at += 1) of(`bucket-${at}`);
    assert.ok(isWiped(crowdedOut));
    await Promise.resolve();
  });
});

test("a data key or a bucket's key in another's place opens nothing", async () => {
  await withKey(async (scene) => {
    const { place, clock } = scene;
    await put(scene, "a", { bytes: random(100) });
    await put(scene, "b", { bytes: random(100) });
    await put(scene, "a", { bucket: "other", bytes: random(100) });
    clock.advance(6 * minuteMs);
    await put(scene, "later", { bytes: random(100) });
    const rows = place.db.all<{
      seq: number;
      wrapped_key: Uint8Array;
      key_details: string;
      bucket: string;
      key: Uint8Array;
    }>("SELECT seq, wrapped_key, key_details, bucket, key FROM object_version");
    const stored = (value: string | Uint8Array) => (typeof value === "string" ? value : Buffer.from(value));
    const hexOf = (value: string | Uint8Array) => stored(value).toString("hex");
    let tried = 0;
    for (const column of ["wrapped_key", "key_details"] as const) {
      for (const one of rows) {
        const others = rows.filter((row) => hexOf(row[column]) !== hexOf(one[column]));
        for (const another of others) {
          place.db.run(`UPDATE object_version SET ${column} = ? WHERE seq = ?`, stored(another[column]), one.seq);
          const outcome = await read(place, Buffer.from(one.key).toString(), who, one.bucket);
          assert.equal(outcome, "broken", `${column} of ${one.seq} from ${another.seq}`);
          place.db.run(`UPDATE object_version SET ${column} = ? WHERE seq = ?`, stored(one[column]), one.seq);
          tried += 1;
        }
      }
    }
    assert.equal(tried, 12 + 10);
    const scrubbed = expectKind(await place.s3.scrub({ authority: who }), "piece");
    assert.deepEqual([scrubbed.objects, scrubbed.damaged, scrubbed.unreadable], [4, [], []]);
  });
});
