import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { wrapForImport } from "../../encryption/testing/bring-material.ts";
import { TurnableClock } from "../../platform/index.ts";
import { authority, collect, expectKind, openPlace, pieces, plain } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";

const who = authority();
const dayMs = 86_400_000;
const sorts = [
  ["directly", false],
  ["through-the-bucket", true],
] as const;

async function put({ s3 }: Place, key: string, keyId: string, bucketKey: boolean): Promise<void> {
  const encryption = { kind: "aws:kms", keyId, bucketKey } as const;
  const stored = await s3.objects.put({
    ...{ authority: who, bucket: "data", key, body: pieces(Buffer.from(key)), description: plain, encryption },
  });
  expectKind(stored, "stored");
}

async function read({ s3 }: Place, key: string): Promise<string> {
  const found = await s3.objects.get({ authority: who, bucket: "data", key });
  return found.kind === "refused" ? found.reason : (await collect(found.body)).toString();
}

test("objects under a key that is deleted never open again, nor does one that was read a moment before", async () => {
  const clock = new TurnableClock(new Date("2026-11-23T10:00:00Z"));
  await using made = await openPlace(undefined, clock);
  let place: Place = made;
  place.s3.buckets.create({ name: "data", accountId: "111122223333" });
  const { keyId } = expectKind(place.encryption.keys.create({}), "key").key;
  for (const [key, bucketKey] of sorts) await put(place, key, keyId, bucketKey);
  place.encryption.rotations.now(keyId);
  for (const [key] of sorts) assert.equal(await read(place, key), key);
  place.encryption.keys.scheduleDeletion(keyId, 7);
  for (const [key] of sorts) assert.equal(await read(place, key), "key-unusable");
  clock.advance(7 * dayMs - 1000);
  place.encryption.keys.cancelDeletion(keyId);
  place.encryption.keys.setEnabled(keyId, true);
  for (const [key] of sorts) assert.equal(await read(place, key), key);
  place.encryption.keys.scheduleDeletion(keyId, 7);
  clock.advance(7 * dayMs);
  for (const [key] of sorts) assert.equal(await read(place, key), "key-not-found");
  place.encryption.keys.sweep();
  place = await place.reopen();
  for (const [key] of sorts) assert.equal(await read(place, key), "key-not-found");
  assert.equal(place.encryption.keys.cancelDeletion(keyId).kind, "refused");
  await place[Symbol.asyncDispose]();
});

test("objects under imported material close with it, and open with the same one alone", async () => {
  const clock = new TurnableClock(new Date("2026-11-23T10:00:00Z"));
  await using place = await openPlace(undefined, clock);
  place.s3.buckets.create({ name: "data", accountId: "111122223333" });
  const { keys, imports } = place.encryption;
  const kind = { spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", origin: "EXTERNAL" } as const;
  const { keyId } = expectKind(keys.create({ kind }), "key").key;
  const bring = async (material: Uint8Array): Promise<string> => {
    const asked = await imports.parameters({ keyId, algorithm: "RSAES_OAEP_SHA_256", spec: "RSA_2048" });
    assert.ok(asked.kind === "parameters");
    const encrypted = wrapForImport(asked.publicKey, "RSAES_OAEP_SHA_256", material);
    const expiresAt = new Date(clock.now().getTime() + dayMs);
    return (await imports.import({ keyId, token: asked.token, encrypted, expiresAt })).kind;
  };
  const material = randomBytes(32);
  assert.equal(await bring(material), "imported");
  for (const [key, bucketKey] of sorts) await put(place, key, keyId, bucketKey);
  for (const end of [() => imports.delete({ keyId }), () => clock.advance(dayMs)]) {
    for (const [key] of sorts) assert.equal(await read(place, key), key);
    end();
    for (const [key] of sorts) assert.equal(await read(place, key), "key-unusable");
    assert.equal(await bring(randomBytes(32)), "refused");
    for (const [key] of sorts) assert.equal(await read(place, key), "key-unusable");
    assert.equal(await bring(material), "imported");
  }
  for (const [key] of sorts) assert.equal(await read(place, key), key);
});
