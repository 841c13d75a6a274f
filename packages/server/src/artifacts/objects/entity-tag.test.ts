import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { authority, collect, expectKind, md5, openPlace, pieces, plain, random, sha256 } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";
import type { BodyClaims } from "./checksum.ts";
import type { Damage } from "./content-check.ts";
import type { WantedEncryption } from "./wanted-encryption.ts";

const who = authority();
const bucket = "data";
const encryption: WantedEncryption = { kind: "aws:kms" };
const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");
/** One that is written at once, and one that is streamed. */
const contents = [random(1000), random(2 * 1024 * 1024 + 7)];

async function openBucket(): Promise<Place> {
  const place = await openPlace();
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  return place;
}

function put({ s3 }: Place, bytes: Uint8Array, more: { claims?: BodyClaims; encryption?: WantedEncryption } = {}) {
  return s3.objects.put({
    ...{ authority: who, bucket, key: "k", body: pieces(bytes), description: plain, encryption },
    ...more,
  });
}

async function beginParts({ s3 }: Place) {
  const made = await s3.multiparts.create({ authority: who, bucket, key: "parts", description: plain, encryption });
  return { authority: who, bucket, key: "parts", uploadId: expectKind(made, "upload").upload.id };
}

async function scrubbed({ s3 }: Place): Promise<readonly Damage[]> {
  const damaged: Damage[] = [];
  let after: string | undefined;
  do {
    const piece = expectKind(await s3.scrub({ authority: who, after }), "piece");
    damaged.push(...piece.damaged);
    after = piece.next;
  } while (after !== undefined);
  return damaged;
}

test("under a KMS key a tag is no MD5 and tells nothing; conditions hold to it", async () => {
  await using place = await openBucket();
  const { objects } = place.s3;
  for (const bytes of contents) {
    const { etag, sha256: digest } = expectKind(await put(place, bytes), "stored");
    assert.match(etag, /^[0-9a-f]{32}$/);
    assert.equal(digest, sha256(bytes));
    for (const known of [md5(bytes), sha256(bytes).slice(0, 32)]) assert.notEqual(etag, known);
    const get = { authority: who, bucket, key: "k" };
    assert.equal(expectKind(objects.head(get), "object").version.etag, etag);
    assert.equal(
      expectKind(objects.head({ ...get, conditions: { ifNoneMatch: `"${etag}"` } }), "refused").reason,
      "not-modified",
    );
    const found = expectKind(await objects.get({ ...get, conditions: { ifMatch: `"${etag}"` } }), "object");
    assert.ok(bytes.equals(await collect(found.body)));
    const again = expectKind(await put(place, bytes), "stored");
    assert.notEqual(again.etag, etag, "that two contents are one does not show");
    const plainly = expectKind(await put(place, bytes, { encryption: { kind: "AES256" } }), "stored");
    assert.equal(plainly.etag, md5(bytes));
  }
});

test("an MD5 that is claimed is held to under a KMS key too", async () => {
  await using place = await openBucket();
  for (const bytes of contents) {
    for (const sure of [{}, { verifiedSha256: sha256(bytes) }]) {
      const right = { ...sure, contentMd5: base64(md5(bytes)) };
      assert.notEqual(expectKind(await put(place, bytes, { claims: right }), "stored").etag, md5(bytes));
      const wrong = { ...sure, contentMd5: base64(md5(random(3))) };
      assert.equal(expectKind(await put(place, bytes, { claims: wrong }), "refused").reason, "bad-digest");
      const name = { ...(await beginParts(place)), part: 1 };
      const send = (claims: BodyClaims) => place.s3.multiparts.putPart({ ...name, body: pieces(bytes), claims });
      assert.equal(expectKind(await send(wrong), "refused").reason, "bad-digest");
      assert.notEqual(expectKind(await send(right), "part").part.etag, md5(bytes));
    }
  }
});

test("parts under a KMS key are named by their tags, and others by no tag of theirs", async () => {
  await using place = await openBucket();
  const name = await beginParts(place);
  const bytes = random(100);
  const { part } = expectKind(await place.s3.multiparts.putPart({ ...name, part: 1, body: pieces(bytes) }), "part");
  assert.match(part.etag, /^[0-9a-f]{32}$/);
  for (const etag of [md5(bytes), "0".repeat(32)]) {
    const refused = await place.s3.multiparts.complete({ ...name, parts: [{ part: 1, etag }] });
    assert.equal(expectKind(refused, "refused").reason, "invalid-part");
  }
  const parts = [{ part: 1, etag: part.etag }];
  const done = expectKind(await place.s3.multiparts.complete({ ...name, parts }), "stored");
  assert.equal(done.etag, `${md5(Buffer.from(part.etag, "hex"))}-1`);
  assert.equal(expectKind(await place.s3.multiparts.complete({ ...name, parts }), "stored").etag, done.etag);
  const found = expectKind(await place.s3.objects.get({ authority: who, bucket, key: "parts" }), "object");
  assert.ok(bytes.equals(await collect(found.body)));
});

test("a scrub compares parts with their records, those whose tag is an MD5 under a KMS key among them", async () => {
  await using place = await openBucket();
  const name = await beginParts(place);
  const bytes = [random(100), random(200), random(300)];
  const files: string[] = [];
  for (const [at, body] of bytes.entries()) {
    const put = await place.s3.multiparts.putPart({ ...name, part: at + 1, body: pieces(body) });
    files.push(expectKind(put, "part").part.fileId);
  }
  place.db.run("UPDATE upload_part SET md5 = ?, sha256 = NULL WHERE part = 1", md5(bytes[0] ?? random(1)));
  assert.deepEqual(await scrubbed(place), []);
  place.db.run("UPDATE upload_part SET md5 = ? WHERE part = 1", md5(random(3)));
  place.db.run("UPDATE upload_part SET sha256 = ? WHERE part = 2", sha256(random(3)));
  const path = join(place.folder, "objects", (files[2] ?? "").slice(0, 2), (files[2] ?? "").slice(2));
  const sealed = await readFile(path);
  sealed[sealed.byteLength - 20] = (sealed[sealed.byteLength - 20] ?? 0) ^ 1;
  await writeFile(path, sealed);
  const damaged = await scrubbed(place);
  assert.deepEqual(
    damaged.map(({ part }) => part),
    [1, 2, 3],
  );
  assert.match(damaged[2]?.problem ?? "", /integrity check/);
});
