import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const script = new URL("../testing/put-until-full.ts", import.meta.url).pathname;
const onSmallDisk = 'mount -t tmpfs -o size=9m tmpfs "$1/objects" && exec "$2" "$3" "$1"';

test("on a full disk a write is refused, leaves nothing, and harms nothing that was stored", async (t) => {
  if (process.getuid?.() !== 0) {
    t.skip("mounting a small disk needs root");
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "strongroom-full-"));
  await mkdir(join(folder, "objects"));
  try {
    const inNamespace = ["--mount", "--propagation", "private", "--", "/bin/sh", "-c", onSmallDisk, "sh"];
    const { stdout } = await promisify(execFile)("unshare", [...inNamespace, folder, process.execPath, script]);
    const outcome = JSON.parse(stdout) as Record<string, unknown>;
    assert.ok(Number(outcome["stored"]) > 5, stdout);
    assert.equal(outcome["keys"], outcome["stored"]);
    assert.equal(outcome["files"], outcome["stored"], "nothing of a refused write is left");
    assert.equal(outcome["unreadable"], 0);
    assert.deepEqual(outcome["refusals"], ["disk-full", "disk-full", "disk-full", "disk-full"]);
    assert.equal(outcome["again"], "stored", "once there is room, writes go on");
  } finally {
    await rm(folder, { recursive: true });
  }
});
