import assert from "node:assert/strict";
import { mkdir, readFile, truncate, unlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { frameBytes, headerBytes } from "@strongroom/envelope";
import { authority, collect, expectKind, openPlace, pieces, plain, random, sha256 } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";
import type { Damage } from "./content-check.ts";

const sealedFrame = frameBytes + 16;
const who = authority();

interface Stored {
  readonly key: string;
  readonly versionId?: string;
  readonly digest: string;
}

/** Of several frames, and of several parts of several frames. */
const large = { objectBytes: 2 * frameBytes + 100, partBytes: [5 * frameBytes, 5 * frameBytes, 100] };
/** As little as still is a stream, and parts. */
const little = { objectBytes: 100_000, partBytes: [5 * frameBytes, 100] };

/** Objects of one size under the store's key and under two KMS keys, versions of one key, and objects of parts. */
async function fill(place: Place, { objectBytes, partBytes } = large): Promise<Stored[]> {
  const { buckets, objects, multiparts } = place.s3;
  buckets.create({ name: "data", accountId: "111122223333" });
  buckets.setVersioning("data", "Enabled");
  const policy = place.encryption.keys;
  const kms = [1, 2].map(() => policy.serviceManaged("s3").keyArn);
  const encryptions = [{ kind: "AES256" as const }, ...kms.map((keyId) => ({ kind: "aws:kms" as const, keyId }))];
  const stored: Stored[] = [];
  for (const [index, encryption] of encryptions.entries()) {
    for (const key of [`${index}/a`, `${index}/a`, `${index}/b`]) {
      const bytes = random(objectBytes);
      const put = await objects.put({
        ...{ authority: who, bucket: "data", key, body: pieces(bytes), description: plain, encryption },
      });
      const { versionId = "null" } = expectKind(put, "stored");
      stored.push({ key, versionId, digest: sha256(bytes) });
    }
  }
  for (const key of ["parts/a", "parts/b"]) {
    const made = expectKind(
      await multiparts.create({ authority: who, bucket: "data", key, description: plain }),
      "upload",
    );
    const name = { authority: who, bucket: "data", key, uploadId: made.upload.id };
    const bodies = partBytes.map((bytes) => random(bytes));
    const parts = [];
    for (const [index, body] of bodies.entries()) {
      const put = expectKind(await multiparts.putPart({ ...name, part: index + 1, body: pieces(body) }), "part");
      parts.push({ part: index + 1, etag: put.part.etag });
    }
    const { versionId = "null" } = expectKind(await multiparts.complete({ ...name, parts }), "stored");
    stored.push({ key, versionId, digest: sha256(Buffer.concat(bodies)) });
  }
  return stored;
}

/** What somebody who reads it gets. */
async function lookedAt({ s3 }: Place, { key, versionId, digest }: Stored): Promise<"whole" | "refused" | "WRONG"> {
  const found = await s3.objects.get({ authority: who, bucket: "data", key, versionId });
  if (found.kind === "refused") return "refused";
  try {
    return sha256(await collect(found.body)) === digest ? "whole" : "WRONG";
  } catch {
    return "refused";
  }
}

async function scrubbed({ s3 }: Place): Promise<Damage[]> {
  const damaged: Damage[] = [];
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const piece = expectKind(await s3.scrub({ authority: who, after }), "piece");
    damaged.push(...piece.damaged);
    after = piece.next;
  }
  return damaged;
}

const pathOf = ({ folder }: Place, id: string) => join(folder, "objects", id.slice(0, 2), id.slice(2));

function pairs<T>(of: readonly T[]): [T, T][] {
  return of.flatMap((left, index) => of.slice(index + 1).map((right): [T, T] => [left, right]));
}

async function writing(path: string, bytes: Uint8Array): Promise<() => Promise<void>> {
  const before = await readFile(path);
  await writeFile(path, bytes);
  return () => writeFile(path, before);
}

async function writingBoth(paths: readonly [string, string], bytes: readonly [Uint8Array, Uint8Array]) {
  const undo = [await writing(paths[0], bytes[0]), await writing(paths[1], bytes[1])];
  return async () => {
    for (const step of undo) await step();
  };
}

function frame(bytes: Buffer, index: number): Buffer {
  return bytes.subarray(headerBytes + index * sealedFrame, headerBytes + (index + 1) * sealedFrame);
}

function withFrame(bytes: Buffer, index: number, put: Uint8Array): Buffer {
  const changed = Buffer.from(bytes);
  changed.set(put, headerBytes + index * sealedFrame);
  return changed;
}

test("any two files, frames, headers, wrapped keys or records that are exchanged are found, and nothing wrong is read", async () => {
  await using place = await openPlace();
  const stored = await fill(place);
  assert.deepEqual(await scrubbed(place), []);
  const files = place.db.all<{ id: string; size: number; version: string }>(
    "SELECT file_id AS id, object_file.size_bytes AS size, version_id AS version FROM object_file JOIN object_version ON version_seq = seq",
  );
  const tried: Record<string, number> = {};
  const expectFound = async (kind: string, ids: readonly string[], change: () => Promise<() => Promise<void>>) => {
    const undo = await change();
    const owners = new Set(ids.map((id) => files.find((file) => file.id === id)?.version));
    for (const one of stored.filter(({ versionId }) => owners.has(versionId))) {
      assert.equal(await lookedAt(place, one), "refused", `${kind}: ${one.key}`);
    }
    assert.ok(owners.size > 0);
    await undo();
    tried[kind] = (tried[kind] ?? 0) + 1;
  };
  const contents = new Map<string, Buffer>();
  for (const { id } of files) contents.set(id, await readFile(pathOf(place, id)));
  const contentOf = (id: string) => contents.get(id) ?? Buffer.alloc(0);

  for (const [{ id: a }, { id: b }] of pairs(files)) {
    const paths = [pathOf(place, a), pathOf(place, b)] as const;
    await expectFound("files", [a, b], () => writingBoth(paths, [contentOf(b), contentOf(a)]));
    const large = contentOf(a).byteLength > 2 * sealedFrame && contentOf(b).byteLength > 2 * sealedFrame;
    if (large) {
      const crossed = (to: string, from: string) => withFrame(contentOf(to), 0, frame(contentOf(from), 0));
      await expectFound("frames of two files", [a, b], () => writingBoth(paths, [crossed(a, b), crossed(b, a)]));
      const headed = (to: string, from: string) =>
        Buffer.concat([contentOf(from).subarray(0, headerBytes), contentOf(to).subarray(headerBytes)]);
      await expectFound("headers", [a, b], () => writingBoth(paths, [headed(a, b), headed(b, a)]));
    }
  }
  for (const { id } of files.filter(({ size }) => size > 2 * frameBytes)) {
    const bytes = contentOf(id);
    const crossed = withFrame(withFrame(bytes, 0, frame(bytes, 1)), 1, frame(bytes, 0));
    await expectFound("frames of one file", [id], () => writing(pathOf(place, id), crossed));
  }
  for (const { id } of files) {
    const path = pathOf(place, id);
    await expectFound("cut", [id], () => writing(path, contentOf(id).subarray(0, -1)));
    await expectFound("lengthened", [id], () => writing(path, Buffer.concat([contentOf(id), Buffer.alloc(1)])));
    await expectFound("missing", [id], async () => {
      await unlink(path);
      return () => writeFile(path, contentOf(id));
    });
  }
  assert.deepEqual(tried, {
    files: 105,
    "frames of two files": 78,
    headers: 78,
    "frames of one file": 13,
    cut: 15,
    lengthened: 15,
    missing: 15,
  });
});

test("records whose wrapped keys, contents, sizes or digests are exchanged are found", async () => {
  await using place = await openPlace();
  await fill(place, little);
  const rows = place.db.all<{ seq: number }>("SELECT seq FROM object_version");
  const columns = ["wrapped_key", "content_id", "sha256", "size_bytes"];
  let found = 0;
  for (const column of columns) {
    for (const [{ seq: a }, { seq: b }] of pairs(rows)) {
      const read = (seq: number) =>
        place.db.get<{ v: string }>(`SELECT ${column} AS v FROM object_version WHERE seq = ?`, seq)?.v;
      const [left, right] = [read(a), read(b)];
      const write = (seq: number, value: string | undefined) =>
        place.db.run(`UPDATE object_version SET ${column} = ? WHERE seq = ?`, value, seq);
      // Two objects of one size have nothing to exchange.
      if (left === right) continue;
      write(a, right);
      write(b, left);
      const damaged = await scrubbed(place);
      assert.ok(damaged.length >= 2, `${column} of ${a} and ${b}: ${damaged.length}`);
      write(a, left);
      write(b, right);
      found += 1;
    }
  }
  assert.ok(found > 100, String(found));
  assert.deepEqual(await scrubbed(place), []);
});

test("an older version's file in the place of the newer one is found, by name", async () => {
  await using place = await openPlace();
  await fill(place);
  const [older, newer] = place.db.all<{ id: string; version: string }>(
    `SELECT file_id AS id, version_id AS version FROM object_file JOIN object_version ON version_seq = seq
     WHERE key = ? ORDER BY seq`,
    Buffer.from("0/a"),
  );
  assert.ok(older !== undefined && newer !== undefined);
  await writeFile(pathOf(place, newer.id), await readFile(pathOf(place, older.id)));
  await truncate(pathOf(place, older.id), 50);
  const damaged = await scrubbed(place);
  assert.deepEqual(
    damaged.map(({ bucket, key, versionId }) => ({ bucket, key, versionId })),
    [
      { bucket: "data", key: "0/a", versionId: older.version },
      { bucket: "data", key: "0/a", versionId: newer.version },
    ],
  );
});

test("what a scrub may not open is counted by its key; stale files that nothing names go, new ones stay", async () => {
  await using place = await openPlace();
  await fill(place);
  const [stale, fresh] = ["aa".padEnd(40, "0"), "bb".padEnd(40, "0")];
  for (const id of [stale, fresh]) {
    await mkdir(dirname(pathOf(place, id)), { recursive: true });
    await writeFile(pathOf(place, id), "left over");
  }
  // The house's clock stands at 10:00.
  const old = new Date("2026-11-23T08:00:00Z");
  await utimes(pathOf(place, stale), old, old);
  await utimes(pathOf(place, fresh), new Date("2026-11-23T09:30:00Z"), new Date("2026-11-23T09:30:00Z"));
  const blind = authority(({ action }) => action === "kms:Decrypt");
  let orphans = 0;
  let unreadable = 0;
  for (let after: string | undefined, first = true; first || after !== undefined; first = false) {
    const piece = expectKind(await place.s3.scrub({ authority: blind, after }), "piece");
    orphans += piece.orphans;
    for (const { reason, objects } of piece.unreadable) {
      assert.equal(reason, "access-denied");
      unreadable += objects;
    }
    assert.deepEqual(piece.damaged, []);
    after = piece.next;
  }
  assert.deepEqual({ orphans, unreadable }, { orphans: 1, unreadable: 6 });
  await assert.rejects(readFile(pathOf(place, stale)));
  assert.equal(await readFile(pathOf(place, fresh), "utf8"), "left over");
  assert.equal((await place.s3.scrub({ authority: who, after: "elsewhere" })).kind, "malformed-place");
});
