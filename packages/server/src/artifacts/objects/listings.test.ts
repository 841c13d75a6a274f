import assert from "node:assert/strict";
import { test } from "node:test";
import { openPlace } from "../testing/place.ts";
import type { Place } from "../testing/place.ts";
import { Seeded } from "../../platform/testing/seeded.ts";

const bucket = "listed";

/** Puts rows into the index as writes leave them; of a key named again the last is the latest version. */
/** As long as version ids are. */
const idOf = (place: number): string => `v${place}`.padEnd(32, ".");

function fill({ s3, db }: Place, keys: readonly string[]): void {
  s3.buckets.create({ name: bucket, accountId: "111122223333" });
  db.transaction(() => {
    for (const [place, key] of keys.entries()) {
      db.run("UPDATE object_version SET is_latest = 0 WHERE key = ?", Buffer.from(key));
      db.run(
        `INSERT INTO object_version (bucket, key, version_id, is_latest, is_delete_marker, created_at, size_bytes,
           etag, sha256, description, content_id, encryption, wrapped_key)
         VALUES (?, ?, ?, 1, 0, 0, 0, '', '', '{"headers":{},"metadata":{}}', 'c', 'AES256', x'00')`,
        bucket,
        Buffer.from(key),
        idOf(place),
      );
    }
  });
}

const inOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** What S3 lists, read off the whole set of keys. */
function expectedOf(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const listed = new Set<string>();
  for (const key of keys.filter((one) => one.startsWith(prefix))) {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    listed.add(at < 0 ? key : `group:${key.slice(0, at + delimiter.length)}`);
  }
  const named = (entry: string) => entry.replace(/^group:/s, "");
  return [...listed].sort((a, b) => inOrder(named(a), named(b)));
}

function walkObjects({ s3 }: Place, x: { prefix: string; delimiter: string; max: number }): string[] {
  const seen: string[] = [];
  for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
    const page = s3.listings.objects({ bucket, token, ...x });
    assert.equal(page.kind, "listing");
    assert.ok(page.items.length + page.commonPrefixes.length <= x.max);
    const groups = page.commonPrefixes.map((prefix) => `group:${prefix}`);
    const named = (entry: string) => entry.replace(/^group:/s, "");
    seen.push(...[...page.items.map(({ key }) => key), ...groups].sort((a, b) => inOrder(named(a), named(b))));
    token = page.token;
  }
  return seen;
}

function walkVersions({ s3 }: Place, x: { prefix: string; delimiter: string; max: number }): string[] {
  const seen: string[] = [];
  let marker: { keyMarker?: string; versionIdMarker?: string } | undefined = {};
  while (marker !== undefined) {
    const page = s3.listings.versions({ bucket, ...marker, ...x });
    assert.equal(page.kind, "listing");
    seen.push(
      ...page.items.map(({ key, versionId }) => `${key} ${versionId.replace(/[.]+$/, "")}`),
      ...page.commonPrefixes,
    );
    const { last } = page;
    if (last === undefined) marker = undefined;
    else if (last.kind === "prefix") marker = { keyMarker: last.prefix };
    else marker = { keyMarker: last.item.key, versionIdMarker: last.item.versionId };
  }
  return seen;
}

test("pages of every size and delimiter list what the whole set of keys says, in the order of bytes", async () => {
  const random = new Seeded(4);
  const pieces = ["a", "b", "/", "//", "..", "ü", "\u{10000}", "\uFFEE", "%", " ", "\0", "-"];
  const keys = new Set<string>();
  while (keys.size < 400) {
    keys.add(Array.from({ length: 1 + random.below(6) }, () => random.one(pieces)).join(""));
  }
  await using place = await openPlace();
  fill(place, [...keys]);
  for (const delimiter of ["", "/", "//", "ü", "\u{10000}", "ab", "\0", "%"]) {
    for (const prefix of ["", "a", "a/", "/", "ü", "\0", "absent"]) {
      const expected = expectedOf([...keys], prefix, delimiter);
      for (const max of [1, 7, 1000]) {
        const told = JSON.stringify({ delimiter, prefix, max });
        assert.deepEqual(walkObjects(place, { prefix, delimiter, max }), expected, told);
      }
    }
  }
});

test("versions are walked through, the newest of a key first, whether or not they are rolled up", async () => {
  await using place = await openPlace();
  fill(place, ["a", "b/1", "a", "b/2", "b/1", "c", "a", "d/1", "c", "b"]);
  const all = ["a v6", "a v2", "a v0", "b v9", "b/1 v4", "b/1 v1", "b/2 v3", "c v8", "c v5", "d/1 v7"];
  const rolledUp = ["a v6", "a v2", "a v0", "b v9", "c v8", "c v5", "b/", "d/"];
  for (let max = 1; max <= 12; max += 1) {
    assert.deepEqual(walkVersions(place, { prefix: "", delimiter: "", max }), all, `pages of ${max}`);
    const walked = walkVersions(place, { prefix: "", delimiter: "/", max });
    assert.deepEqual(walked.toSorted(), rolledUp.toSorted(), `pages of ${max}, rolled up`);
  }
});

test("the index is searched once for a common prefix, however many keys it holds", async () => {
  await using place = await openPlace();
  fill(place, []);
  place.db.run(
    `WITH RECURSIVE place (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place WHERE n < 49999)
     INSERT INTO object_version (bucket, key, version_id, is_latest, is_delete_marker, created_at, size_bytes,
       etag, sha256, description, content_id, encryption, wrapped_key)
     SELECT ?, CAST(printf('%s/%05d', n % 2, n) AS BLOB), 'null', 1, 0, 0, 0, '', '',
       '{"headers":{},"metadata":{}}', 'c', 'AES256', x'00' FROM place`,
    bucket,
  );
  const listing = () => place.s3.listings.objects({ bucket, delimiter: "/", max: 1000 });
  const page = listing();
  assert.deepEqual(page.kind === "listing" && page.commonPrefixes, ["0/", "1/"]);
  const plain = () => place.s3.listings.objects({ bucket, max: 1000 });
  // Reading 50,000 keys takes fifty pages' time; two searches take less than one page.
  const took = (task: () => unknown) => Math.min(...[1, 2, 3, 4, 5].map(() => timeOf(task)));
  assert.ok(took(listing) < took(plain), "a page of two common prefixes is quicker than one of a thousand keys");
});

function timeOf(task: () => unknown): number {
  const begun = performance.now();
  task();
  return performance.now() - begun;
}
