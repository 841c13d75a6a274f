/**
 * A page of a listing among a million keys against the same page among a thousand: keys of one folder, keys
 * behind a start, keys rolled up in folders, versions, and the middle of one key with very many versions.
 * Both indexes are filled directly, in databases of their own.
 */
import { bound, interleaved, median, say, tell, tellMachine, timed } from "./measure.ts";
import { openStore, type OpenedStore } from "./opened-store.ts";

/** Folders `f000/` to `f999/`, each with the keys `000` to `999`: of both as many as are wanted. */
interface Shape {
  readonly folders: number;
  readonly keysEach: number;
}
const rounds = 21;
const warmUpRounds = 4;
/** How many times as long as the page among a thousand. */
const timesMax = 1.5;
const pageMax = 1000;
const manyVersions = 100_000;
const delimiter = "/";

tellMachine("listing");
await using made = new AsyncDisposableStack();
const large = made.use(await openStore());
const small = made.use(await openStore());
fill(large, "folders", { folders: 1000, keysEach: 1000 });
fill(small, "folders", { folders: 1000, keysEach: 1 });
fill(small, "one-folder", { folders: 1, keysEach: 1000 });
fillVersions(large, manyVersions);
fillVersions(small, 2 * pageMax);

const pages: Record<string, readonly [among: () => unknown, alone: () => unknown]> = {
  "the first page": [objects(large, "folders", {}), objects(small, "one-folder", {})],
  "one folder": [objects(large, "folders", { prefix: "f500/" }), objects(small, "one-folder", { prefix: "f000/" })],
  "behind a start": [objects(large, "folders", { after: "f500/" }), objects(small, "one-folder", { after: "f000/" })],
  "folders, rolled up": [objects(large, "folders", { delimiter }), objects(small, "folders", { delimiter })],
  "folders, behind one": [
    objects(large, "folders", { delimiter, after: "f499/" }),
    objects(small, "folders", { delimiter, after: "f499/" }),
  ],
  versions: [versions(large, "folders", { prefix: "f500/" }), versions(small, "one-folder", { prefix: "f000/" })],
  "versions, rolled up": [versions(large, "folders", { delimiter }), versions(small, "folders", { delimiter })],
  "the middle of many versions": [behindVersion(large, manyVersions / 2), behindVersion(small, pageMax + 1)],
};
for (const [name, [among, alone]] of Object.entries(pages)) {
  checkSame(name, among(), alone());
  const taken = await interleaved(
    rounds,
    { among: () => timed(() => Promise.resolve(among())), alone: () => timed(() => Promise.resolve(alone())) },
    warmUpRounds,
  );
  say(`## ${name}`);
  tell("among a million", taken.among);
  tell("among a thousand", taken.alone);
  const times = median(taken.among) / median(taken.alone);
  bound(`${name}: at most ${timesMax} times as long`, times.toFixed(2), times <= timesMax);
}

function objects({ s3 }: OpenedStore, bucket: string, x: { prefix?: string; delimiter?: string; after?: string }) {
  return () => s3.listings.objects({ bucket, max: pageMax, ...x });
}

function versions({ s3 }: OpenedStore, bucket: string, x: { prefix?: string; delimiter?: string }) {
  return () => s3.listings.versions({ bucket, max: pageMax, ...x });
}

function behindVersion({ s3 }: OpenedStore, behind: number) {
  const marker = { keyMarker: "one", versionIdMarker: versionName(behind) };
  return () => s3.listings.versions({ bucket: "versions", max: pageMax, ...marker });
}

/** Both pages have to hold as much, or they tell nothing about each other. */
function checkSame(name: string, ...both: unknown[]): void {
  const counts = both.map((page) => {
    const { items, commonPrefixes } = page as { items: readonly unknown[]; commonPrefixes: readonly unknown[] };
    return `${items.length} items and ${commonPrefixes.length} common prefixes`;
  });
  if (counts[0] !== counts[1]) throw new Error(`${name}: ${counts.join(" against ")}`);
  say(`# ${name}: ${counts[0] ?? ""}`);
}

function fill(place: OpenedStore, bucket: string, { folders, keysEach }: Shape): void {
  place.s3.buckets.create({ name: bucket, accountId: "111122223333" });
  insert(
    place,
    `WITH RECURSIVE place (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place WHERE n + 1 < ?),
       named AS (SELECT CAST(printf('f%03d/%03d', n / ?, n % ?) AS BLOB) AS key, 'null' AS version, 1 AS latest FROM place)`,
    bucket,
    [folders * keysEach, keysEach, keysEach],
  );
}

/** As long as a version's id is: version 1 is the oldest. */
function versionName(number: number): string {
  return `v${String(number).padStart(31, "0")}`;
}

/** One key. */
function fillVersions(place: OpenedStore, count: number): void {
  place.s3.buckets.create({ name: "versions", accountId: "111122223333" });
  insert(
    place,
    `WITH RECURSIVE place (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM place WHERE n < ?),
       named AS (SELECT CAST('one' AS BLOB) AS key, printf('v%031d', n) AS version, n = ? AS latest FROM place)`,
    "versions",
    [count, count],
  );
}

function insert({ db }: OpenedStore, named: string, bucket: string, numbers: readonly number[]): void {
  db.run(
    `${named}
     INSERT INTO object_version (bucket, key, version_id, is_latest, is_delete_marker, created_at, size_bytes, etag,
       sha256, description, content_id, encryption, wrapped_key)
     SELECT '${bucket}', key, version, latest, 0, 1800000000000, 4096, '${"0".repeat(32)}', '${"0".repeat(64)}',
       '{"headers":{"contentType":"text/csv"},"metadata":{}}', '${"0".repeat(36)}', 'AES256', zeroblob(72) FROM named`,
    ...numbers,
  );
}
