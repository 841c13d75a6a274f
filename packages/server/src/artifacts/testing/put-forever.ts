/* Puts objects one after the other and prints each once it is acknowledged. Killed by its test. */
import { openPlace, authority, pieces, plain, random, sha256 } from "./place.ts";

const place = await openPlace(process.argv[2]);
place.s3.buckets.create({ name: "data", accountId: "111122223333" });
place.s3.buckets.setVersioning("data", "Enabled");
const who = authority();
for (let i = 0; ; i += 1) {
  const bytes = random(1 + Math.floor(Math.random() * 300_000));
  const key = `k/${i % 7}`;
  const stored = await place.s3.objects.put({
    authority: who,
    bucket: "data",
    key,
    body: pieces(bytes),
    description: plain,
  });
  if (stored.kind === "refused") throw new Error(stored.message);
  process.stdout.write(`${key} ${stored.versionId ?? ""} ${sha256(bytes)}\n`);
}
