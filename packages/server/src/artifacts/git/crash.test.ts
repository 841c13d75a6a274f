import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openEncryptedArea } from "./encrypted-area.ts";
import { Git } from "./git.ts";
import { areaKey, git, inFolder } from "./testing/git-place.ts";
import { Turns } from "./turns.ts";

const program = fileURLToPath(new URL("testing/push-server.ts", import.meta.url));
/** More of them by hand: `KILLS=20 node --test …/crash.test.ts`. */
const kills = Number(process.env["KILLS"] ?? "4");

async function startServer(data: string) {
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => server.once("exit", resolve));
  for await (const url of createInterface(server.stdout)) {
    const kill = async (): Promise<void> => {
      server.kill("SIGKILL");
      await gone;
    };
    return { url: `${url}/project`, pid: server.pid ?? 0, kill };
  }
  throw new Error("the server of repositories did not start");
}

async function copyWithCommit(folder: string, bytes: number): Promise<string> {
  const copy = join(folder, "copy");
  await mkdir(copy);
  await git(copy, "init", "--quiet", "--initial-branch=main");
  await addCommit(copy, bytes);
  return copy;
}

async function addCommit(copy: string, bytes: number): Promise<void> {
  await writeFile(join(copy, "data"), randomBytes(bytes));
  await git(copy, "add", ".");
  await git(copy, "commit", "--quiet", "-m", "More");
}

/** What git finds wrong with the one repository; its object ids and the tip of main. */
async function inspect(data: string): Promise<{ found: string; ok: boolean; tip: string }> {
  await using area = await openEncryptedArea(join(data, "git"), areaKey);
  const inside = new Git(area, new Turns(1));
  const [id = ""] = await readdir(area.path);
  const checked = await inside.bytes(id, ["fsck", "--full", "--strict", "--no-dangling"]);
  const tip = await inside.run(id, ["show-ref", "--verify", "--hash", "refs/heads/main"]);
  return { found: checked.output.toString() + checked.said, ok: checked.ok, tip: tip.output.trim() };
}

test("a server that is killed during pushes loses none that was acknowledged, and git fsck finds nothing", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    await mkdir(data);
    const copy = await copyWithCommit(folder, 1000);
    const first = await startServer(data);
    await git(copy, "push", "--quiet", first.url, "main");
    let acknowledged = await git(copy, "rev-parse", "HEAD");
    await first.kill();
    for (let round = 0; round < kills; round += 1) {
      const server = await startServer(data);
      await addCommit(copy, 2_000_000);
      const pushed = git(copy, "push", "--quiet", server.url, "main").then(
        () => true,
        () => false,
      );
      await Promise.race([pushed, wait(randomInt(700))]);
      await server.kill();
      const tip = await git(copy, "rev-parse", "HEAD");
      if (await pushed) acknowledged = tip;
      const { found, ok, tip: kept } = await inspect(data);
      assert.ok(ok, found);
      assert.doesNotMatch(found, /error|missing|corrupt|broken/);
      // A push whose answer was lost may have been made; an acknowledged one must have been.
      assert.ok(kept === acknowledged || kept === tip, `${kept} is neither ${acknowledged} nor ${tip}`);
      acknowledged = kept;
    }
    const last = await startServer(data);
    await git(copy, "push", "--quiet", last.url, "main");
    const tips = await git(copy, "ls-remote", last.url, "refs/heads/main");
    assert.equal(tips.split("\t")[0], await git(copy, "rev-parse", "HEAD"));
    await last.kill();
  });
});

test("what a crash left in a repository does not stand in the way of the next push", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    await mkdir(data);
    const copy = await copyWithCommit(folder, 1000);
    const first = await startServer(data);
    await git(copy, "push", "--quiet", first.url, "main");
    await first.kill();
    {
      await using area = await openEncryptedArea(join(data, "git"), areaKey);
      const [id = ""] = await readdir(area.path);
      await mkdir(join(area.path, id, "objects/tmp_objdir-incoming-x"));
      for (const name of ["refs/heads/main.lock", "HEAD.lock", "packed-refs.lock", "objects/pack/tmp_pack_x"]) {
        await writeFile(join(area.path, id, name), "");
      }
      await mkdir(join(area.path, "half-deleted/objects"), { recursive: true });
    }
    await addCommit(copy, 1000);
    const again = await startServer(data);
    await git(copy, "push", "--quiet", again.url, "main");
    await again.kill();
    await using area = await openEncryptedArea(join(data, "git"), areaKey);
    const names = await readdir(area.path, { recursive: true });
    assert.deepEqual(
      names.filter((name) => /\.lock$|tmp_|half-deleted/.test(name)),
      [],
    );
  });
});

test("packs stream through the server both ways, whatever their size", async () => {
  const sizeMb = Number(process.env["PUSH_MB"] ?? "128");
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    await mkdir(data);
    const copy = await copyWithCommit(folder, sizeMb * 1_000_000);
    const server = await startServer(data);
    const peakMb = async (): Promise<number> => {
      const status = await readFile(`/proc/${server.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
    };
    const before = await peakMb();
    await git(copy, "push", "--quiet", server.url, "main");
    const pushed = (await peakMb()) - before;
    await git(folder, "clone", "--quiet", "--depth", "1", server.url, join(folder, "clone"));
    const cloned = (await peakMb()) - before;
    await server.kill();
    const grew = `grew by ${Math.round(pushed)} MB with the push, by ${Math.round(cloned)} MB with the clone`;
    if (process.env["PUSH_MB"] !== undefined) process.stderr.write(`${sizeMb} MB: the server ${grew}\n`);
    assert.ok(cloned < 90, grew);
  });
});
