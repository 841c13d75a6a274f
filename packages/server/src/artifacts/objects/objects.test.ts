import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Permission } from "../../access/index.ts";
import { authority, collect, expectKind, md5, openPlace, pieces, plain, random, sha256 } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";

const everybody = authority();

async function withBucket(body: (place: Place) => Promise<void>): Promise<void> {
  await using place = await openPlace();
  expectKind(place.s3.buckets.create({ name: "data", accountId: "111122223333" }), "created");
  await body(place);
}

const put = async (place: Place, key: string, bytes: Uint8Array, who = everybody) =>
  expectKind(
    await place.s3.objects.put({ authority: who, bucket: "data", key, body: pieces(bytes), description: plain }),
    "stored",
  );
const get = async (place: Place, key: string, more: { versionId?: string; range?: string } = {}) =>
  expectKind(await place.s3.objects.get({ authority: everybody, bucket: "data", key, ...more }), "object");

async function filesOf(place: Place): Promise<string[]> {
  const folder = join(place.folder, "objects");
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("what was put is read back, whole and in ranges, at sizes around the frames", async () => {
  await withBucket(async (place) => {
    const mib = 1024 * 1024;
    for (const size of [0, 1, 1000, mib - 1, mib, mib + 1, 3 * mib + 5]) {
      const bytes = random(size);
      const stored = await put(place, `k/${size}`, bytes);
      assert.equal(stored.etag, md5(bytes));
      assert.equal(stored.sha256, sha256(bytes));
      assert.equal(stored.sizeBytes, size);
      assert.equal(stored.versionId, undefined);
      assert.ok((await collect((await get(place, `k/${size}`)).body)).equals(bytes));
      for (const [from, last] of [
        [0, 0],
        [mib - 1, mib],
        [10, 2 * mib + 9],
        [size - 1, size + 5],
      ] as const) {
        if (from < 0 || from >= size) continue;
        const found = await get(place, `k/${size}`, { range: `bytes=${from}-${last}` });
        assert.ok((await collect(found.body)).equals(bytes.subarray(from, last + 1)), `${size}: ${from}-${last}`);
        assert.equal(found.bodyBytes, Math.min(last + 1, size) - from);
      }
    }
    const refused = await place.s3.objects.get({ authority: everybody, bucket: "data", key: "k/1", range: "bytes=5-" });
    assert.equal(expectKind(refused, "refused").reason, "invalid-range");
  });
});

test("neither content, nor keys, nor metadata lie on disk in the clear", async () => {
  await withBucket(async (place) => {
    const canary = "canary-7d1c-in-every-place";
    const body = pieces(Buffer.from(canary.repeat(1000)));
    const description = { headers: { contentType: `text/${canary}` }, metadata: { note: canary }, tags: { t: canary } };
    expectKind(
      await place.s3.objects.put({ authority: everybody, bucket: "data", key: canary, body, description }),
      "stored",
    );
    const all = await readdir(place.folder, { recursive: true, withFileTypes: true });
    for (const entry of all.filter((one) => one.isFile())) {
      const bytes = await readFile(join(entry.parentPath, entry.name));
      assert.ok(!bytes.includes(canary), entry.name);
      assert.ok(!entry.name.includes(canary));
    }
    assert.ok(all.length > 3);
  });
});

test("a changed, cut or exchanged file is refused, never read wrongly", async () => {
  await withBucket(async (place) => {
    const bytes = random(3 * 1024 * 1024);
    await put(place, "a", bytes);
    const [fileA = ""] = await filesOf(place);
    await put(place, "b", random(3 * 1024 * 1024));
    const fileB = (await filesOf(place)).find((file) => file !== fileA) ?? "";
    const good = await readFile(fileA);
    const reasonOf = async (changed: Uint8Array): Promise<string> => {
      await writeFile(fileA, changed);
      const outcome = await place.s3.objects.get({ authority: everybody, bucket: "data", key: "a" });
      if (outcome.kind === "refused") return outcome.reason;
      return collect(outcome.body).then(
        () => "read",
        (error: unknown) => (error instanceof Error ? error.name : "unknown"),
      );
    };
    assert.equal(await reasonOf(good), "read");
    for (const at of [0, 40, 90, 120, 2 * 1024 * 1024 + 500, good.byteLength - 1]) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.match(await reasonOf(changed), /broken|EnvelopeBroken/, `byte ${at}`);
    }
    assert.equal(await reasonOf(good.subarray(0, good.byteLength - 1)), "broken");
    assert.equal(await reasonOf(good.subarray(0, 1024 * 1024 + 116)), "broken");
    assert.equal(await reasonOf(await readFile(fileB)), "broken");
    assert.equal(await reasonOf(good), "read");
  });
});

test("versions: enabled, suspended, delete markers, deletion of versions", async () => {
  await withBucket(async (place) => {
    const { buckets, objects } = place.s3;
    const read = async (versionId?: string) =>
      (await collect((await get(place, "k", versionId === undefined ? {} : { versionId })).body)).toString();
    const remove = async (versionId?: string) => {
      const outcome = await objects.delete({ authority: everybody, bucket: "data", key: "k", versionId });
      return expectKind(outcome, "deleted");
    };
    await put(place, "k", Buffer.from("null 1"));
    assert.equal((await put(place, "k", Buffer.from("null 2"))).versionId, undefined);
    assert.equal((await filesOf(place)).length, 1, "the replaced object's file is gone");
    buckets.setVersioning("data", "Enabled");
    const one = (await put(place, "k", Buffer.from("one"))).versionId ?? "";
    const two = (await put(place, "k", Buffer.from("two"))).versionId ?? "";
    assert.notEqual(one, two);
    assert.equal(await read(), "two");
    assert.equal(await read(one), "one");
    assert.equal(await read("null"), "null 2");

    const marker = await remove();
    assert.equal(marker.deleteMarker, true);
    const gone = expectKind(objects.head({ bucket: "data", key: "k" }), "refused");
    assert.equal(gone.reason, "no-such-key");
    assert.equal(gone.versionId, marker.versionId);
    const asked = objects.head({ bucket: "data", key: "k", versionId: marker.versionId });
    assert.equal(expectKind(asked, "refused").reason, "is-delete-marker");
    assert.equal((await remove(marker.versionId)).deleteMarker, true);
    assert.equal(await read(), "two", "removing the marker brings the object back");

    await remove(two);
    assert.equal(await read(), "one");
    buckets.setVersioning("data", "Suspended");
    assert.equal((await put(place, "k", Buffer.from("null 3"))).versionId, "null");
    assert.equal(await read("null"), "null 3");
    assert.equal(await read(one), "one");
    const nullMarker = await remove();
    assert.equal(nullMarker.versionId, "null");
    assert.equal(await read(one), "one");
    const missing = objects.head({ bucket: "data", key: "k", versionId: "nonesuch".padEnd(32, ".") });
    assert.equal(expectKind(missing, "refused").reason, "no-such-version");
    await remove(one);
    await remove("null");
    assert.deepEqual(await filesOf(place), []);
    assert.equal(await buckets.delete("data"), "deleted");
  });
});

test("claims about a body are verified, and nothing of a refused body is left", async () => {
  await withBucket(async (place) => {
    const bytes = Buffer.from("123456789");
    const attempt = (claims: object) =>
      place.s3.objects.put({
        authority: everybody,
        bucket: "data",
        key: "c",
        body: pieces(bytes),
        description: plain,
        claims,
      });
    const reason = async (claims: object) => expectKind(await attempt(claims), "refused").reason;
    assert.equal(await reason({ contentMd5: "AAAAAAAAAAAAAAAAAAAAAA==" }), "bad-digest");
    assert.equal(await reason({ sizeBytes: 10 }), "incomplete-body");
    assert.equal(await reason({ algorithm: "CRC32", checksum: "AAAAAA==" }), "checksum-mismatch");
    assert.deepEqual(await filesOf(place), []);
    // The check values of the CRC catalogue for "123456789", in base64.
    const known = { CRC32: "y/Q5Jg==", CRC32C: "4waSgw==", CRC64NVME: "rosUhgygVfE=" } as const;
    for (const [algorithm, checksum] of Object.entries(known)) {
      if (algorithm === "CRC64NVME") continue;
      const stored = expectKind(await attempt({ algorithm, checksum, sizeBytes: 9 }), "stored");
      assert.deepEqual(stored.checksum, { algorithm, value: checksum, type: "FULL_OBJECT" });
    }
    const contentMd5 = Buffer.from(md5(bytes), "hex").toString("base64");
    expectKind(await attempt({ contentMd5, algorithm: "CRC64NVME" }), "stored");
    const failing = (async function* () {
      yield bytes;
      await Promise.resolve();
      throw new Error("the connection broke");
    })();
    const before = await filesOf(place);
    await assert.rejects(
      place.s3.objects.put({ authority: everybody, bucket: "data", key: "c", body: failing, description: plain }),
      /the connection broke/,
    );
    assert.deepEqual(await filesOf(place), before);
  });
});

test("a write may demand that nothing, or a certain object, is there", async () => {
  await withBucket(async (place) => {
    const attempt = (conditions: object) =>
      place.s3.objects.put({
        authority: everybody,
        bucket: "data",
        key: "c",
        body: pieces(Buffer.from("x")),
        description: plain,
        conditions,
      });
    const first = expectKind(await attempt({ ifNoneMatch: "*" }), "stored");
    assert.equal(expectKind(await attempt({ ifNoneMatch: "*" }), "refused").reason, "precondition-failed");
    expectKind(await attempt({ ifMatch: first.etag }), "stored");
    assert.equal(expectKind(await attempt({ ifMatch: "other" }), "refused").reason, "precondition-failed");
  });
});

test("of two writers that demand an empty place, one is refused", async () => {
  await withBucket(async (place) => {
    const attempt = () =>
      place.s3.objects.put({
        authority: everybody,
        bucket: "data",
        key: "c",
        body: pieces(random(10)),
        description: plain,
        conditions: { ifNoneMatch: "*" },
      });
    const kinds = (await Promise.all([attempt(), attempt(), attempt()])).map((one) => one.kind);
    assert.deepEqual(kinds.toSorted(), ["refused", "refused", "stored"]);
    assert.equal((await filesOf(place)).length, 1);
  });
});

test("KMS: the key is used for whoever may use it, and a disabled key opens nothing", async () => {
  await withBucket(async (place) => {
    const { keys } = place.encryption;
    const { key } = expectKind(keys.create({}), "key");
    place.s3.buckets.setEncryption("data", { kind: "aws:kms", keyId: key.keyId });
    const stored = await put(place, "secret", Buffer.from("kept"));
    assert.deepEqual(stored.sealed.kmsKeyArn, key.keyArn);
    const asked: Permission[] = [];
    const read = (who = everybody) => place.s3.objects.get({ authority: who, bucket: "data", key: "secret" });
    expectKind(await read(authority(() => false, asked)), "object");
    assert.deepEqual(
      asked.map((one) => [one.action, one.resource]),
      [["kms:Decrypt", key.keyArn]],
    );
    assert.equal(asked[0]?.context?.["kms:EncryptionContext:aws:s3:arn"], "arn:aws:s3:::data/secret");

    const denied = await read(authority((one) => one.action === "kms:Decrypt"));
    assert.equal(expectKind(denied, "refused").reason, "access-denied");
    const noKey = authority((one) => one.action === "kms:GenerateDataKey");
    const putting = await place.s3.objects.put({
      authority: noKey,
      bucket: "data",
      key: "x",
      body: pieces(random(3)),
      description: plain,
    });
    assert.equal(expectKind(putting, "refused").reason, "access-denied");

    keys.setEnabled(key.keyId, false);
    const refusal = expectKind(await read(), "refused");
    assert.equal(refusal.reason, "key-disabled");
    assert.ok(refusal.message.includes(key.keyArn), refusal.message);
    expectKind(place.s3.objects.head({ bucket: "data", key: "secret" }), "object");
    keys.setEnabled(key.keyId, true);
    expectKind(await read(), "object");
  });
});

test("a copy is sealed anew for its place, with its own or new metadata", async () => {
  await withBucket(async (place) => {
    const bytes = random(2_000_000);
    const source = { bucket: "data", key: "from" };
    const description = { headers: { contentType: "text/csv" }, metadata: { origin: "lab" } };
    const body = pieces(bytes);
    expectKind(await place.s3.objects.put({ authority: everybody, ...source, body, description }), "stored");
    const copied = expectKind(
      await place.s3.objects.copy({ authority: everybody, source, bucket: "data", key: "to" }),
      "stored",
    );
    assert.equal(copied.etag, md5(bytes));
    const found = await get(place, "to");
    assert.deepEqual(found.version.description.metadata, { origin: "lab" });
    assert.deepEqual(found.version.description.headers, { contentType: "text/csv" });
    assert.ok((await collect(found.body)).equals(bytes));
    const onto = { authority: everybody, source, ...source };
    assert.equal(expectKind(await place.s3.objects.copy(onto), "refused").reason, "copy-onto-itself");
    expectKind(
      await place.s3.objects.copy({ ...onto, description: { headers: {}, metadata: { new: "1" } } }),
      "stored",
    );
    assert.deepEqual(expectKind(place.s3.objects.head(source), "object").version.description.metadata, { new: "1" });
  });
});

test("an object that is replaced while it is read is read to its end", async () => {
  await withBucket(async (place) => {
    const before = random(5 * 1024 * 1024);
    await put(place, "k", before);
    const reading = await get(place, "k");
    await put(place, "k", Buffer.from("after"));
    assert.ok((await collect(reading.body)).equals(before));
    assert.equal((await filesOf(place)).length, 1);
    const given = await get(place, "k");
    await given.body.return(undefined);
    await put(place, "k", Buffer.from("again"));
    assert.equal((await filesOf(place)).length, 1);
  });
});

test("a restart removes what no metadata names, and keeps everything else", async () => {
  await using place = await openPlace();
  place.s3.buckets.create({ name: "data", accountId: "111122223333" });
  await put(place, "kept", Buffer.from("kept"));
  const [file = ""] = await filesOf(place);
  await writeFile(`${file.slice(0, -5)}zzzzz`, "an orphan");
  await writeFile(join(place.folder, "objects", "incoming", "half"), "half a file");
  const again = await place.reopen();
  assert.deepEqual(await filesOf(again), [file]);
  assert.equal((await collect((await get(again, "kept")).body)).toString(), "kept");
  again.db[Symbol.dispose]();
});

test("a missing bucket and a key that is too long are refused", async () => {
  await withBucket(async (place) => {
    const attempt = (bucket: string, key: string) =>
      place.s3.objects.put({ authority: everybody, bucket, key, body: pieces(random(1)), description: plain });
    assert.equal(expectKind(await attempt("nope", "k"), "refused").reason, "no-such-bucket");
    assert.equal(expectKind(await attempt("data", "ü".repeat(513)), "refused").reason, "key-too-long");
    expectKind(await attempt("data", "ü".repeat(512)), "stored");
  });
});
