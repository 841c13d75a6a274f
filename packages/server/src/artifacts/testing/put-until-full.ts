/* Fills the disk it is given with objects, then says what happened. Run by its test on a small disk. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { authority, collect, openPlace, pieces, plain, random, sha256 } from "./place.ts";

const folder = process.argv[2] ?? "";
const place = await openPlace(folder);
const { buckets, objects, listings, multiparts } = place.s3;
buckets.create({ name: "data", accountId: "111122223333" });
const who = authority();
const put = (key: string, bytes: Uint8Array) =>
  objects.put({ authority: who, bucket: "data", key, body: pieces(bytes), description: plain });

const digests = new Map<string, string>();
const refusals: string[] = [];
for (const sizeBytes of [1_500_000, 300_000, 20_000]) {
  for (let i = 0; i < 1000; i += 1) {
    const bytes = random(sizeBytes);
    const stored = await put(`${sizeBytes}/${i}`, bytes);
    if (stored.kind === "refused") {
      refusals.push(stored.reason);
      break;
    }
    digests.set(`${sizeBytes}/${i}`, sha256(bytes));
  }
}
let unreadable = 0;
for (const [key, digest] of digests) {
  const found = await objects.get({ authority: who, bucket: "data", key });
  if (found.kind !== "object" || sha256(await collect(found.body)) !== digest) unreadable += 1;
}
const upload = await multiparts.create({ authority: who, bucket: "data", key: "part", description: plain });
if (upload.kind === "upload") {
  const name = { bucket: "data", key: "part", uploadId: upload.upload.id };
  const part = await multiparts.putPart({ authority: who, ...name, part: 1, body: pieces(random(2_000_000)) });
  refusals.push(part.kind === "refused" ? part.reason : part.kind);
}
const entries = await readdir(join(folder, "objects"), { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile()).length;
const listed = listings.objects({ bucket: "data", max: 1000 });
const keys = listed.kind === "listing" ? listed.items.length : 0;
for (const key of [...digests.keys()].slice(0, 3)) await objects.delete({ authority: who, bucket: "data", key });
const again = (await put("again", random(1_000_000))).kind;
process.stdout.write(JSON.stringify({ stored: digests.size, keys, files, unreadable, refusals, again }));
