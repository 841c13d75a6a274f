import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hostLacks, run, startHouseProcess, type HouseProcess } from "@strongroom/testkit";

const noStrace = spawnSync("strace", ["--version"]).error !== undefined && "strace is not installed";
const commandLine = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

/** Every name under which libc makes such a call. */
const syscalls = ["write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2"];

/** A change of the seal to another key file, under strace with these words; its exit code, and what strace wrote. */
async function changed(house: HouseProcess, from: string, to: string, words: readonly string[]) {
  const log = join(dirname(house.dataDir), "strace.log");
  const seal = join(house.dataDir, "seal.json");
  const paths = [house.dataDir, seal, `${seal}.new`].flatMap((path) => ["-P", path]);
  const change = ["seal", "change", "--to", "key-file", "--new-key-file", to, "--key-file", from];
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", commandLine, ...change];
  const traced = ["-f", "-y", "-s", "0", "-o", log, ...paths, ...words, ...node, "--data", house.dataDir];
  // strace counts the calls of each thread: with one in the pool, the count is the change's own.
  const { code } = await run("strace", traced, { environment: { UV_THREADPOOL_SIZE: "1" } });
  return { code, log: await readFile(log, "utf8") };
}

async function newKeyFile(house: HouseProcess, name: string): Promise<string> {
  const path = join(dirname(house.dataDir), name);
  await writeFile(path, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  return path;
}

/** Whether a secret opens the environment, which is stopped afterwards. */
async function opens(house: HouseProcess, keyFile: string): Promise<boolean> {
  const { code, stderr } = await house.command("up", "--port", "0", "--json", "--key-file", keyFile);
  if (code === 0) assert.equal((await house.command("down")).code, 0);
  else assert.match(stderr, /does not open|wrong|another/i);
  return code === 0;
}

describe("a change of the seal whose calls of the disk fail", { skip: (await hostLacks()) || noStrace }, () => {
  test("one secret opens the environment afterwards, and the new one if the change was told", async () => {
    await using house = await startHouseProcess();
    await house.down();
    let current = join(dirname(house.dataDir), "first.key");
    await copyFile(join(`${house.dataDir}.secrets`, "unseal.key"), current);
    const next = await newKeyFile(house, "recorded.key");
    const recorded = await changed(house, current, next, ["-e", `trace=${syscalls.join()}`]);
    assert.equal(recorded.code, 0);
    current = next;
    const faults = syscalls.flatMap((syscall) => {
      const errno = syscall.includes("write") ? "ENOSPC" : "EIO";
      const count = recorded.log.split(` ${syscall}(`).length - 1;
      return Array.from({ length: count }, (_, at) => ({ syscall, nth: at + 1, errno }));
    });
    assert.ok(faults.length >= 5, recorded.log);
    for (const { syscall, nth, errno } of faults) {
      const other = await newKeyFile(house, `${syscall}-${nth}-${errno}.key`);
      const inject = ["-e", `trace=${syscall}`, "-e", `inject=${syscall}:error=${errno}:when=${nth}`];
      const { code, log } = await changed(house, current, other, inject);
      const said = `${syscall} ${nth} ${errno}, exit code ${code}\n${log}`;
      assert.match(log, /INJECTED/, said);
      const [old, fresh] = [await opens(house, current), await opens(house, other)];
      assert.ok(old !== fresh, said);
      if (code === 0) assert.ok(fresh, said);
      if (fresh) current = other;
    }
  });
});
