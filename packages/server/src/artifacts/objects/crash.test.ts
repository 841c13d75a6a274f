import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { authority, collect, expectKind, openPlace, sha256 } from "../testing/place.ts";

const script = new URL("../testing/put-forever.ts", import.meta.url).pathname;

/** Runs the writer for a while, kills it, and returns what it acknowledged. */
async function writeUntilKilled(folder: string, runMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  while (said === "" && child.exitCode === null) await wait(20);
  await wait(runMs);
  child.kill("SIGKILL");
  await ended;
  // The last line may have been cut; what has no newline was not acknowledged.
  return said.split("\n").slice(0, -1);
}

test("what was acknowledged before kill -9 is there afterwards, and nothing else is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-crash-"));
  const acknowledged: string[] = [];
  for (const runMs of [50, 130, 210]) acknowledged.push(...(await writeUntilKilled(folder, runMs)));
  await using place = await openPlace(folder);
  assert.ok(acknowledged.length > 3, `${acknowledged.length} acknowledged`);
  for (const line of acknowledged) {
    const [key = "", versionId = "", digest] = line.split(" ");
    const found = await place.s3.objects.get({ authority: authority(), bucket: "data", key, versionId });
    assert.equal(sha256(await collect(expectKind(found, "object").body)), digest, line);
  }
  const listed = place.s3.listings.versions({ bucket: "data", max: 100_000 });
  const versions = expectKind(listed, "listing").items.length;
  assert.ok(versions >= acknowledged.length && versions <= acknowledged.length + 3);
  const entries = await readdir(join(folder, "objects"), { recursive: true, withFileTypes: true });
  assert.equal(entries.filter((entry) => entry.isFile()).length, versions);
});
