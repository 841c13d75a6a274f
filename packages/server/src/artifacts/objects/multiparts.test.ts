import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { authority, collect, expectKind, md5, openPlace, pieces, plain, random, sha256 } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";
import type { BodyClaims } from "./checksum.ts";
import type { UploadName } from "./open-uploads.ts";
import type { NamedPart } from "./part-list.ts";
import type { Upload } from "./upload-store.ts";

const everybody = authority();
const partBytes = 5 * 1024 * 1024;
const bucket = "data";
const key = "big";

async function withBucket(body: (place: Place) => Promise<void>): Promise<void> {
  await using place = await openPlace();
  expectKind(place.s3.buckets.create({ name: bucket, accountId: "111122223333" }), "created");
  await body(place);
}

async function begin(place: Place, checksum?: Upload["checksum"]): Promise<UploadName> {
  const made = await place.s3.multiparts.create({
    authority: everybody,
    bucket,
    key,
    description: { headers: { contentType: "text/csv" }, metadata: { a: "b" } },
    ...(checksum === undefined ? {} : { checksum }),
  });
  return { uploadId: expectKind(made, "upload").upload.id, bucket, key };
}

async function send(place: Place, name: UploadName, part: number, bytes: Uint8Array, claims: BodyClaims = {}) {
  const sent = await place.s3.multiparts.putPart({ authority: everybody, ...name, part, body: pieces(bytes), claims });
  return { part, etag: expectKind(sent, "part").part.etag };
}

const complete = (place: Place, name: UploadName, parts: readonly NamedPart[]) =>
  place.s3.multiparts.complete({ authority: everybody, ...name, parts });

async function fileCount(place: Place): Promise<number> {
  const folder = join(place.folder, "objects");
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).length;
}

test("parts in any order, some sent twice or not used, become one object", async () => {
  await withBucket(async (place) => {
    const [one, three, last] = [random(partBytes), random(partBytes + 7), random(10)];
    const name = await begin(place);
    const tail = await send(place, name, 9, last);
    await send(place, name, 1, random(partBytes));
    const third = await send(place, name, 3, three);
    await send(place, name, 5, random(20));
    const first = await send(place, name, 1, one);
    const stored = expectKind(await complete(place, name, [first, third, tail]), "stored");
    const whole = Buffer.concat([one, three, last]);
    const md5s = Buffer.concat([one, three, last].map((bytes) => createHash("md5").update(bytes).digest()));
    assert.equal(stored.etag, `${md5(md5s)}-3`);
    assert.equal(stored.sha256, sha256(whole));
    assert.equal(stored.sizeBytes, whole.byteLength);
    assert.equal(await fileCount(place), 3);

    const open = async (more: { range?: string; partNumber?: number }) =>
      expectKind(await place.s3.objects.get({ authority: everybody, bucket, key, ...more }), "object");
    const found = await open({});
    assert.ok((await collect(found.body)).equals(whole));
    assert.deepEqual(found.version.description.headers, { contentType: "text/csv" });
    const from = partBytes - 3;
    const across = await open({ range: `bytes=${from}-${2 * partBytes + 9}` });
    assert.ok((await collect(across.body)).equals(whole.subarray(from, 2 * partBytes + 10)));
    assert.ok((await collect((await open({ partNumber: 2 })).body)).equals(three));
    assert.equal(expectKind(await complete(place, name, [first]), "refused").reason, "no-such-upload");
  });
});

test("what cannot become an object is refused, and the upload stays", async () => {
  await withBucket(async (place) => {
    const name = await begin(place);
    const small = await send(place, name, 1, random(100));
    const second = await send(place, name, 2, random(100));
    const reason = async (parts: readonly { part: number; etag: string }[]) =>
      expectKind(await complete(place, name, parts), "refused").reason;
    assert.equal(await reason([small, second]), "part-too-small");
    assert.equal(await reason([second, small]), "invalid-part-order");
    assert.equal(await reason([small, small]), "invalid-part-order");
    assert.equal(await reason([{ ...small, etag: "0" }]), "invalid-part");
    assert.equal(await reason([{ part: 7, etag: small.etag }]), "invalid-part");
    assert.equal(await reason([]), "invalid-part");
    const tooHigh = await place.s3.multiparts.putPart({
      authority: everybody,
      ...name,
      part: 10_001,
      body: pieces(random(1)),
    });
    assert.equal(expectKind(tooHigh, "refused").reason, "invalid-part-number");
    expectKind(await complete(place, name, [small]), "stored");
  });
});

test("an aborted upload leaves nothing", async () => {
  await withBucket(async (place) => {
    const name = await begin(place);
    await send(place, name, 1, random(100));
    expectKind(await place.s3.multiparts.abort(name), "aborted");
    assert.equal(await fileCount(place), 0);
    assert.equal(expectKind(await place.s3.multiparts.abort(name), "refused").reason, "no-such-upload");
    const late = await place.s3.multiparts.putPart({ authority: everybody, ...name, part: 1, body: pieces(random(9)) });
    assert.equal(expectKind(late, "refused").reason, "no-such-upload");
  });
});

test("a part that arrives while its upload is aborted is not kept", async () => {
  await withBucket(async (place) => {
    const name = await begin(place);
    async function* slow() {
      yield random(10);
      await place.s3.multiparts.abort(name);
      yield random(10);
    }
    const sent = await place.s3.multiparts.putPart({ authority: everybody, ...name, part: 1, body: slow() });
    assert.equal(expectKind(sent, "refused").reason, "no-such-upload");
    assert.equal(await fileCount(place), 0);
  });
});

test("checksums: of the parts' checksums, and of the whole", async () => {
  await withBucket(async (place) => {
    const composite = await begin(place, { algorithm: "SHA256", type: "COMPOSITE" });
    const bytes = random(1000);
    const algorithm = "SHA256" as const;
    const part = await send(place, composite, 1, bytes, { algorithm });
    const ofPart = createHash("sha256").update(bytes).digest();
    const digest = createHash("sha256").update(ofPart).digest("base64");
    const bare = expectKind(await complete(place, composite, [part]), "refused");
    assert.equal(bare.reason, "invalid-request");
    assert.match(bare.message, /must include the checksum for each part. It was missing for part 1 in the request/);
    const checksum = { algorithm, value: ofPart.toString("base64") };
    const one = expectKind(await complete(place, composite, [{ ...part, checksum }]), "stored");
    assert.deepEqual(one.checksum, { algorithm: "SHA256", value: `${digest}-1`, type: "COMPOSITE" });

    const full = await begin(place, { algorithm: "SHA256", type: "FULL_OBJECT" });
    const [first, second] = [random(partBytes), random(5)];
    const parts = [await send(place, full, 1, first), await send(place, full, 2, second)];
    const two = expectKind(await complete(place, full, parts), "stored");
    const value = createHash("sha256").update(first).update(second).digest("base64");
    assert.deepEqual(two.checksum, { algorithm: "SHA256", value, type: "FULL_OBJECT" });
  });
});

test("a part brings the checksum that its upload is made of, and no other", async () => {
  await withBucket(async (place) => {
    const attempt = async (name: UploadName, claims: BodyClaims) => {
      const body = pieces(random(10));
      const sent = await place.s3.multiparts.putPart({ authority: everybody, ...name, part: 1, body, claims });
      return sent.kind === "refused" ? [sent.reason, sent.message] : sent.kind;
    };
    const mismatch = (actual: string) => [
      "invalid-request",
      `Checksum Type mismatch occurred, expected checksum Type: crc32, actual checksum Type: ${actual}`,
    ];
    const composite = await begin(place, { algorithm: "CRC32", type: "COMPOSITE" });
    // Without a value: it comes in the trailer, and is verified there.
    assert.deepEqual(await attempt(composite, { algorithm: "SHA256" }), mismatch("sha256"));
    assert.deepEqual(await attempt(composite, {}), mismatch("null"));
    assert.equal(await attempt(composite, { algorithm: "CRC32" }), "part");
    const full = await begin(place, { algorithm: "CRC32", type: "FULL_OBJECT" });
    assert.deepEqual(await attempt(full, { algorithm: "SHA256" }), mismatch("sha256"));
    assert.equal(await attempt(full, {}), "part");
    const without = await begin(place);
    assert.equal(await attempt(without, { algorithm: "SHA256" }), "part");
    assert.equal(await attempt(without, {}), "part");
    const tooLarge = await attempt(without, { sizeBytes: 5 * 1024 ** 3 + 1 });
    assert.deepEqual(tooLarge, ["too-large", "Your proposed upload exceeds the maximum allowed size"]);
  });
});

test("the parts of uploads that end with their bucket leave no file", async () => {
  await withBucket(async (place) => {
    const name = await begin(place);
    await send(place, name, 1, random(10));
    await send(place, await begin(place), 1, random(10));
    assert.equal(await fileCount(place), 2);
    assert.equal(await place.s3.buckets.delete(bucket), "deleted");
    assert.equal(await fileCount(place), 0);
  });
});

test("a part may be copied out of another object", async () => {
  await withBucket(async (place) => {
    const bytes = random(partBytes * 2);
    await place.s3.objects.put({
      authority: everybody,
      bucket,
      key: "source",
      body: pieces(bytes),
      description: plain,
    });
    const name = await begin(place);
    const copy = async (part: number, range: string) => {
      const copied = await place.s3.multiparts.copyPart({
        authority: everybody,
        ...name,
        part,
        source: { bucket, key: "source" },
        range,
      });
      return { part, etag: expectKind(copied, "part").part.etag };
    };
    const first = await copy(1, `bytes=0-${partBytes - 1}`);
    const second = await copy(2, `bytes=${partBytes}-${partBytes + 99}`);
    const stored = expectKind(await complete(place, name, [first, second]), "stored");
    assert.equal(stored.sha256, sha256(bytes.subarray(0, partBytes + 100)));
  });
});

test("uploads and parts are listed in pages", async () => {
  await withBucket(async (place) => {
    const ids = [await begin(place), await begin(place)].map((name) => name.uploadId);
    await place.s3.multiparts.create({ authority: everybody, bucket, key: "a/1", description: plain });
    const { listings, multiparts } = place.s3;
    const first = expectKind(listings.uploads({ bucket, delimiter: "/", max: 2 }), "listing");
    assert.deepEqual(first.commonPrefixes, ["a/"]);
    assert.deepEqual(
      first.items.map((one) => one.id),
      ids.slice(0, 1),
    );
    const rest = expectKind(
      listings.uploads({ bucket, delimiter: "/", max: 2, keyMarker: key, uploadIdMarker: ids[0] }),
      "listing",
    );
    assert.deepEqual(
      rest.items.map((one) => one.id),
      ids.slice(1),
    );
    const name = { bucket, key, uploadId: ids[0] ?? "" };
    for (const part of [1, 4, 6]) await send(place, name, part, random(part));
    const page = expectKind(multiparts.parts({ ...name, after: 1, max: 1 }), "parts");
    assert.deepEqual([page.parts.map((one) => one.part), page.more], [[4], true]);
  });
});

test("with a KMS key, each part and the completion need its use", async () => {
  await withBucket(async (place) => {
    const { key: kms } = expectKind(place.encryption.keys.create({}), "key");
    place.s3.buckets.setEncryption(bucket, { kind: "aws:kms", keyId: kms.keyArn });
    const name = await begin(place);
    const part = await send(place, name, 1, random(10));
    place.encryption.keys.setEnabled(kms.keyId, false);
    const again = await place.s3.multiparts.putPart({
      authority: everybody,
      ...name,
      part: 2,
      body: pieces(random(9)),
    });
    assert.equal(expectKind(again, "refused").reason, "key-disabled");
    assert.equal(expectKind(await complete(place, name, [part]), "refused").reason, "key-disabled");
    place.encryption.keys.setEnabled(kms.keyId, true);
    expectKind(await complete(place, name, [part]), "stored");
  });
});
