import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { headerBytes, unwrapKey } from "@strongroom/envelope";
import { authority, collect, expectKind, md5, openPlace, pieces, plain, random } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";
import type { Upload } from "./upload-store.ts";

const who = authority();
const bucket = "data";
const [mine, yours] = [{ bytes: random(32) }, { bytes: random(32) }];
const partBytes = 5 * 1024 * 1024;

async function withBucket(body: (place: Place) => Promise<void>): Promise<void> {
  await using place = await openPlace();
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  await body(place);
}

async function put({ s3 }: Place, key: string, bytes: Uint8Array, customerKey = mine) {
  const encryption = { kind: "SSE-C" as const, customerKey };
  const request = { authority: who, bucket, key, body: pieces(bytes), description: plain, encryption };
  return expectKind(await s3.objects.put(request), "stored");
}

const get = ({ s3 }: Place, key: string, customerKey?: { bytes: Uint8Array }) =>
  s3.objects.get({ authority: who, bucket, key, customerKey });

/** What reading came to: the reason of the refusal, or "whole". */
async function read(place: Place, key: string, bytes: Uint8Array, customerKey?: { bytes: Uint8Array }) {
  const found = await get(place, key, customerKey);
  if (found.kind === "refused") return found.reason;
  try {
    return (await collect(found.body)).equals(bytes) ? "whole" : "WRONG";
  } catch {
    return "broken";
  }
}

const pathOf = ({ folder }: Place, id: string) => join(folder, "objects", id.slice(0, 2), id.slice(2));

function rowOf({ db }: Place, key: string) {
  const row = db.get<{ seq: number; wrapped: Uint8Array; content: string; sha256: string; etag: string; file: string }>(
    `SELECT seq, wrapped_key AS wrapped, content_id AS content, sha256, etag, file_id AS file
     FROM object_version JOIN object_file ON version_seq = seq WHERE key = ?`,
    Buffer.from(key),
  );
  assert.ok(row !== undefined);
  return row;
}

test("what is under a customer's key opens with that key alone, after a restart too", async () => {
  await withBucket(async (place) => {
    const bytes = random(2_500_000);
    const stored = await put(place, "k", bytes);
    const look = (customerKey?: { bytes: Uint8Array }) => place.s3.objects.look({ bucket, key: "k", customerKey });
    const opens = async (at: Place) => {
      assert.equal(await read(at, "k", bytes, mine), "whole");
      assert.equal(await read(at, "k", bytes), "invalid-request");
      assert.equal(await read(at, "k", bytes, yours), "access-denied");
    };
    await opens(place);
    expectKind(look(mine), "object");
    assert.equal(expectKind(look(), "refused").reason, "invalid-request");
    assert.equal(expectKind(look(yours), "refused").reason, "access-denied");
    const again = await place.reopen();
    await opens(again);
    again.db[Symbol.dispose]();
    assert.notEqual(stored.etag, md5(bytes));
  });
});

test("a key is refused where no customer keeps one", async () => {
  await withBucket(async (place) => {
    const request = { authority: who, bucket, key: "plain", body: pieces(random(3)), description: plain };
    expectKind(await place.s3.objects.put(request), "stored");
    assert.equal(expectKind(await get(place, "plain", mine), "refused").reason, "invalid-request");
    const looked = place.s3.objects.look({ bucket, key: "plain", customerKey: mine });
    assert.equal(expectKind(looked, "refused").reason, "invalid-request");
  });
});

test("neither digest of the content stands in the metadata, nor does a part of the key open anything", async () => {
  await withBucket(async (place) => {
    const bytes = random(1000);
    await put(place, "k", bytes);
    const { sha256, etag, wrapped } = rowOf(place, "k");
    assert.equal(sha256, "");
    assert.notEqual(etag, md5(bytes));
    for (const aad of [Buffer.alloc(0), Buffer.from("arn:aws:s3:::data/k")]) {
      assert.equal(unwrapKey(mine.bytes, wrapped, aad), undefined);
    }
    const again = await put(place, "again", bytes);
    assert.notEqual(again.etag, etag, "one content under one key does not show that it is one");
  });
});

test("the opened database holds neither the key nor its digest, nor the content's", async () => {
  await withBucket(async (place) => {
    const bytes = Buffer.from("the content ".repeat(50));
    await put(place, "k", bytes);
    const name = await begin(place);
    await send(place, name, 1, bytes);
    const secrets = [mine.bytes, Buffer.from(md5(mine.bytes), "hex"), bytes, Buffer.from(md5(bytes), "hex")];
    const digest = createHash("sha256").update(bytes).digest();
    const forms = [...secrets, digest].flatMap((secret) => [
      secret,
      ...(["hex", "base64"] as const).map((how) => Buffer.from(secret.toString(how))),
    ]);
    let values = 0;
    for (const { name: table } of place.db.all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table'",
    )) {
      for (const row of place.db.all<Record<string, unknown>>(`SELECT * FROM "${table}"`)) {
        for (const value of Object.values(row)) {
          const stored = Buffer.from(value instanceof Object ? (value as Uint8Array) : String(value));
          assert.ok(!forms.some((form) => stored.includes(form)), `${table} tells a secret`);
          values += 1;
        }
      }
    }
    assert.ok(values > 30, String(values));
  });
});

test("wrapped keys, contents and files that are exchanged open nothing, under one key and under two", async () => {
  await withBucket(async (place) => {
    const contents = new Map([...["a", "b", "c"]].map((key) => [key, random(3000)]));
    const keyOf = (key: string) => (key === "c" ? yours : mine);
    for (const [key, bytes] of contents) await put(place, key, bytes, keyOf(key));
    for (const [left, right] of [
      ["a", "b"],
      ["a", "c"],
    ] as const) {
      for (const column of ["wrapped_key", "content_id"]) {
        const [a, b] = [rowOf(place, left), rowOf(place, right)];
        const write = (seq: number, row: typeof a) =>
          place.db.run(
            `UPDATE object_version SET ${column} = ? WHERE seq = ?`,
            column === "wrapped_key" ? row.wrapped : row.content,
            seq,
          );
        write(a.seq, b);
        write(b.seq, a);
        for (const key of [left, right]) {
          const outcome = await read(place, key, contents.get(key) ?? Buffer.alloc(0), keyOf(key));
          const isWrongKey = column === "wrapped_key" && right === "c";
          assert.equal(outcome, isWrongKey ? "access-denied" : "broken", `${column} of ${key}`);
        }
        write(a.seq, a);
        write(b.seq, b);
      }
      const paths = [left, right].map((key) => pathOf(place, rowOf(place, key).file));
      const files = await Promise.all(paths.map((path) => readFile(path)));
      await Promise.all(paths.map((path, at) => writeFile(path, files[1 - at] ?? "")));
      for (const key of [left, right]) assert.equal(await read(place, key, Buffer.alloc(0), keyOf(key)), "broken");
      await Promise.all(paths.map((path, at) => writeFile(path, files[at] ?? "")));
    }
    for (const [key, bytes] of contents) assert.equal(await read(place, key, bytes, keyOf(key)), "whole");
  });
});

test("a scrub says that it cannot open such objects, and finds what shows from outside", async () => {
  await withBucket(async (place) => {
    const scrubbed = async () => {
      const { damaged, unreadable, next } = expectKind(await place.s3.scrub({ authority: who }), "piece");
      assert.equal(next, undefined);
      return { damaged: damaged.map(({ key, problem }) => [key, problem]), unreadable };
    };
    for (const key of ["cut", "headless", "flipped", "whole"]) await put(place, key, random(5000));
    const unreadable = [
      { keyArn: "keys that customers keep (SSE-C)", reason: "looked at from outside only", objects: 4 },
    ];
    assert.deepEqual(await scrubbed(), { damaged: [], unreadable });
    const at = (key: string) => pathOf(place, rowOf(place, key).file);
    await truncate(at("cut"), 4000);
    const changed = async (key: string, from: number) => {
      const bytes = await readFile(at(key));
      bytes.writeUInt8(bytes.readUInt8(from) ^ 1, from);
      await writeFile(at(key), bytes);
    };
    await changed("headless", 0);
    await changed("flipped", headerBytes + 10);
    assert.deepEqual(await scrubbed(), {
      damaged: [
        ["cut", "The sealed file of part 0 was cut or lengthened."],
        ["headless", "The sealed file of part 0 does not begin as one."],
      ],
      unreadable,
    });
    // What it cannot see, whoever has the key does.
    assert.equal(await read(place, "flipped", Buffer.alloc(0), mine), "broken");
  });
});

async function begin({ s3 }: Place, checksum?: Upload["checksum"]) {
  const encryption = { kind: "SSE-C" as const, customerKey: mine };
  const request = { authority: who, bucket, key: "big", description: plain, encryption };
  const made = await s3.multiparts.create(checksum === undefined ? request : { ...request, checksum });
  return { authority: who, bucket, key: "big", uploadId: expectKind(made, "upload").upload.id };
}
type Begun = Awaited<ReturnType<typeof begin>>;

async function send({ s3 }: Place, name: Begun, part: number, bytes: Uint8Array) {
  const sent = await s3.multiparts.putPart({ ...name, part, body: pieces(bytes), customerKey: mine });
  return { part, etag: expectKind(sent, "part").part.etag };
}

test("parts take the key that the upload was begun with; their end does not, but for a checksum", async () => {
  await withBucket(async (place) => {
    const bytes = [random(partBytes), random(10)];
    const whole = Buffer.concat(bytes);
    const { multiparts } = place.s3;
    for (const checksum of [undefined, { algorithm: "CRC32", type: "FULL_OBJECT" } as const]) {
      const name = await begin(place, checksum);
      for (const customerKey of [undefined, yours]) {
        const refused = await multiparts.putPart({ ...name, part: 1, body: pieces(random(3)), customerKey });
        assert.equal(expectKind(refused, "refused").reason, "invalid-request");
      }
      const parts = [];
      for (const [at, body] of bytes.entries()) parts.push(await send(place, name, at + 1, body));
      assert.notEqual(parts[0]?.etag, md5(bytes[0] ?? Buffer.alloc(0)));
      const page = multiparts.parts({ ...name, after: 0, max: 10, customerKey: yours });
      assert.equal(expectKind(page, "refused").reason, "invalid-request");
      expectKind(multiparts.parts({ ...name, after: 0, max: 10, customerKey: mine }), "parts");
      const wrong = await multiparts.complete({ ...name, parts, customerKey: yours });
      assert.equal(expectKind(wrong, "refused").reason, "invalid-request");
      const bare = await multiparts.complete({ ...name, parts });
      if (checksum === undefined) expectKind(bare, "stored");
      else {
        assert.equal(expectKind(bare, "refused").reason, "invalid-request");
        const done = expectKind(await multiparts.complete({ ...name, parts, customerKey: mine }), "stored");
        assert.equal(done.checksum?.algorithm, "CRC32");
      }
      assert.equal(await read(place, "big", whole, mine), "whole");
      assert.equal(await read(place, "big", whole, yours), "access-denied");
      assert.equal(rowOf(place, "big").sha256, "");
    }
  });
});

test("a key where the upload has none is refused", async () => {
  await withBucket(async (place) => {
    const made = await place.s3.multiparts.create({ authority: who, bucket, key: "big", description: plain });
    const name = { authority: who, bucket, key: "big", uploadId: expectKind(made, "upload").upload.id };
    const body = pieces(random(3));
    const refused = await place.s3.multiparts.putPart({ ...name, part: 1, body, customerKey: mine });
    assert.equal(expectKind(refused, "refused").reason, "invalid-request");
  });
});

test("a bucket that blocks customers' keys takes none, nor the parts and the end of an upload under way", async () => {
  await withBucket(async (place) => {
    const { buckets, objects, multiparts } = place.s3;
    const bytes = random(100);
    await put(place, "before", bytes);
    const name = await begin(place);
    const parts = [await send(place, name, 1, bytes)];
    buckets.setEncryption(bucket, { kind: "AES256", blocksCustomerKeys: true });
    const denied = (outcome: { kind: string }) => {
      assert.equal(expectKind(outcome as { kind: "refused"; reason: string }, "refused").reason, "access-denied");
    };
    const encryption = { kind: "SSE-C" as const, customerKey: mine };
    const write = { authority: who, bucket, key: "after", description: plain, encryption };
    denied(await objects.put({ ...write, body: pieces(bytes) }));
    denied(await objects.copy({ ...write, source: { bucket, key: "before" }, sourceCustomerKey: mine }));
    denied(await multiparts.create(write));
    denied(await multiparts.putPart({ ...name, part: 2, body: pieces(bytes), customerKey: mine }));
    denied(await multiparts.complete({ ...name, parts, customerKey: mine }));
    assert.equal(await read(place, "before", bytes, mine), "whole", "what is there can still be read");
  });
});
