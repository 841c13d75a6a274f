import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openDb } from "../platform/index.ts";
import { anchorIn, TrailBroken, verifyTrail } from "./index.ts";
import { event, memoryAnchor, opened, temporaryFolder, testSealer, trailSettings } from "./testing/fixtures.ts";

/** Runs the appender for a while, kills it, and gives the ids that it acknowledged. */
async function appendAndKill(folder: string, first: number, afterMs: number): Promise<number[]> {
  const script = fileURLToPath(import.meta.resolve("./testing/append-forever.ts"));
  const child = spawn(process.execPath, [script, folder, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => (said += bytes.toString("latin1")));
  await once(child.stdout, "data");
  await sleep(afterMs);
  child.kill("SIGKILL");
  await once(child, "close");
  return said
    .slice(0, said.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map(Number);
}

test("after kill -9 at any moment every acknowledged record is there, and the trail holds", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "audit"));
  const acknowledged = new Set<number>();
  for (let round = 0; round < 4; round += 1) {
    const ids = await appendAndKill(folder.path, round * 1_000_000, round * 37);
    assert.ok(ids.length > 0);
    for (const id of ids) acknowledged.add(id);
  }
  using db = openDb(join(folder.path, "db"), Buffer.alloc(32, 1));
  await using trail = await opened(trailSettings(join(folder.path, "audit"), anchorIn(db)));
  const verdict = await trail.verify();
  assert.ok(verdict.held, JSON.stringify(verdict));
  assert.ok(verdict.segments > 1);
  const found = new Set<string>();
  for (let before: number | undefined; ;) {
    const page = await trail.lookup({ limit: 5000, before });
    assert.ok(page.kind === "page");
    for (const { eventID } of page.events) found.add(eventID);
    before = page.next;
    if (before === undefined) break;
  }
  const lost = [...acknowledged].filter((id) => !found.has(`event-${id}`));
  assert.deepEqual(lost, []);
});

test("on a full disk the trail breaks, and everything acknowledged before stays", async (t) => {
  await using folder = await temporaryFolder();
  const disk = join(folder.path, "disk");
  await mkdir(disk);
  const run = promisify(execFile);
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
  } catch {
    t.skip("mounting a small tmpfs needs root");
    return;
  }
  try {
    const causes: unknown[] = [];
    const anchor = memoryAnchor();
    const trail = await opened({ ...trailSettings(disk, anchor), onBroken: (cause) => causes.push(cause) });
    let acknowledged = 1;
    await assert.rejects(async () => {
      for (;;) {
        await trail.record(event(acknowledged));
        acknowledged += 1;
      }
    }, TrailBroken);
    await assert.rejects(trail.record(event(0)), TrailBroken);
    await trail[Symbol.asyncDispose]();
    assert.equal((causes[0] as NodeJS.ErrnoException).code, "ENOSPC");
    assert.ok(acknowledged > 10);

    await run("mount", ["-o", "remount,size=256k", disk]);
    {
      await using again = await opened(trailSettings(disk, anchor));
      const page = await again.lookup({ limit: 5000, eventName: "CreateTrainingJob" });
      assert.ok(page.kind === "page");
      assert.equal(page.events.length, acknowledged - 1);
    }
    assert.ok((await verifyTrail({ folder: disk, sealer: testSealer, anchor: anchor.head })).held);
    assert.deepEqual(await readdir(disk), ["000001.log"]);
  } finally {
    await run("umount", [disk]);
  }
});
