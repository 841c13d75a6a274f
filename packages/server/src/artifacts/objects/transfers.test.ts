import assert from "node:assert/strict";
import { test } from "node:test";
import type { Permission } from "../../access/index.ts";
import { authority, collect, expectKind, openPlace, sha256 } from "../testing/place.ts";

const bucket = "data";

test("the platform's transfers demand what the S3 API demands", async () => {
  await using place = await openPlace();
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  const { store } = place.s3;
  const asked: Permission[] = [];
  const who = authority(() => false, asked);
  const body = Buffer.from("a,b\n1,2\n");
  const stored = expectKind(
    await store.put({ authority: who, bucket, key: "in/x.csv", body, contentType: "text/csv" }),
    "stored",
  );
  assert.equal(stored.sha256, sha256(body));
  const found = expectKind(await store.get({ authority: who, bucket, key: "in/x.csv" }), "object");
  assert.equal(found.contentType, "text/csv");
  assert.ok((await collect(found.body)).equals(body));
  const part = await store.get({ authority: who, bucket, key: "in/x.csv", range: { from: 2, to: 4 } });
  assert.equal((await collect(expectKind(part, "object").body)).toString(), "b\n1");
  const listed = expectKind(await store.list({ authority: who, bucket, prefix: "in/" }), "keys");
  assert.deepEqual(listed.keys, [
    { key: "in/x.csv", versionId: "null", sizeBytes: 8, sha256: sha256(body), etag: stored.etag },
  ]);
  assert.deepEqual(
    asked.map((one) => [one.action, one.resource]),
    [
      ["s3:PutObject", "arn:aws:s3:::data/in/x.csv"],
      ["s3:GetObject", "arn:aws:s3:::data/in/x.csv"],
      ["s3:GetObject", "arn:aws:s3:::data/in/x.csv"],
      ["s3:ListBucket", "arn:aws:s3:::data"],
    ],
  );
  assert.deepEqual(asked.at(-1)?.context, { "s3:prefix": "in/" });
});

test("what is not allowed is refused with the reason, and nothing is stored", async () => {
  await using place = await openPlace();
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  const { store } = place.s3;
  const nobody = authority(() => true);
  const body = Buffer.from("x");
  const outcomes = [
    await store.put({ authority: nobody, bucket, key: "k", body }),
    await store.get({ authority: nobody, bucket, key: "k" }),
    await store.get({ authority: nobody, bucket, key: "k", versionId: "null" }),
    await store.list({ authority: nobody, bucket, prefix: "" }),
  ];
  for (const outcome of outcomes) {
    const refusal = expectKind(outcome, "refused");
    assert.equal(refusal.reason, "access-denied");
    assert.match(refusal.message, /not authorized to perform: s3:/);
  }
  const listed = await store.list({ authority: authority(), bucket, prefix: "" });
  assert.deepEqual(expectKind(listed, "keys").keys, []);
});

test("all keys are listed, however many pages it takes, in the order of their bytes", async () => {
  await using place = await openPlace();
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  const insert = `INSERT INTO object_version (bucket, key, version_id, is_latest, is_delete_marker, created_at,
    size_bytes, etag, sha256, description, content_id, encryption, wrapped_key)
    VALUES (?, ?, 'null', 1, 0, 0, 1, 'e', 's', '{"headers":{},"metadata":{}}', 'c', 'AES256', x'00')`;
  place.db.transaction(() => {
    for (let i = 0; i < 2500; i += 1) place.db.run(insert, bucket, Buffer.from(`k/${i}`));
  });
  const listed = await place.s3.store.list({ authority: authority(), bucket, prefix: "k/" });
  const keys = expectKind(listed, "keys").keys.map((one) => one.key);
  assert.equal(keys.length, 2500);
  assert.deepEqual(keys, keys.toSorted());
});
