import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;
const face = fileURLToPath(new URL("index.ts", import.meta.url));

/** A process that has done this much, and waits until its input ends; as a user without rights where `uid` says so. */
function waiting(source: string, options: { uid?: number; env?: Record<string, string> } = {}) {
  const words = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval"];
  const program = `${source}; console.log("ready"); process.stdin.resume();`;
  const { uid, env = {} } = options;
  const identity = uid === undefined ? {} : { uid, gid: uid };
  return spawn(process.execPath, [...words, program], { ...identity, env, stdio: ["pipe", "pipe", "inherit"] });
}

async function whenReady<T>(child: ReturnType<typeof waiting>, look: (pid: number) => Promise<T>): Promise<T> {
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line === "ready") return await look(child.pid ?? 0);
    }
    throw new Error("the process was never ready");
  } finally {
    child.stdin.end();
  }
}

const guard = `import { guardProcess } from ${JSON.stringify(face)}; guardProcess();`;
const unguarded = 'process.stdout.write("");';

/** User nobody must reach what it runs. */
const lacks =
  isRoot && isOpenToAll(process.execPath) && isOpenToAll(face)
    ? false
    : "acting as another user needs root, and a checkout that all may read";

function isOpenToAll(path: string): boolean {
  return path === "/" || ((statSync(path).mode & 5) !== 0 && isOpenToAll(dirname(path)));
}

test("a guarded process leaves no core file, whatever the limit was", async () => {
  const limits = await whenReady(waiting(guard), (pid) => readFile(`/proc/${pid}/limits`, "utf8"));
  assert.match(limits, /^Max core file size\s+0\s+0\s/m);
});

test("a secret that was wiped is found neither in the environment nor where /proc shows it", async () => {
  const env = { STRONGROOM_PASSPHRASE: "planted-in-the-environment", OTHER: "stays" };
  const wipe = `import { wipeEnvironment } from ${JSON.stringify(face)};
    wipeEnvironment(process.env, "STRONGROOM_PASSPHRASE"); wipeEnvironment(process.env, "ABSENT");
    if ("STRONGROOM_PASSPHRASE" in process.env || process.env.OTHER !== "stays") process.exit(1)`;
  const shown = (source: string) =>
    whenReady(waiting(source, { env }), (pid) => readFile(`/proc/${pid}/environ`, "utf8"));
  assert.match(await shown(unguarded), /planted-in-the-environment/);
  const wiped = await shown(wipe);
  assert.doesNotMatch(wiped, /planted/);
  assert.match(wiped, /OTHER=stays/);
});

describe("other processes of its user", { skip: lacks }, () => {
  /** Whether a process of user nobody reads the memory of another one. */
  async function reads(pid: number): Promise<string> {
    const words = ["-c", `exec 3<"$0" && echo read || echo refused`, `/proc/${pid}/mem`];
    const reader = spawn("/bin/sh", words, { uid: nobody, gid: nobody, stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    reader.stdout.on("data", (part: Buffer) => (said += part.toString()));
    await once(reader, "close");
    return said.trim() === "read" ? "read" : "refused";
  }

  test("read its memory before it is guarded, and not afterwards", async () => {
    assert.equal(await whenReady(waiting(unguarded, { uid: nobody }), reads), "read");
    assert.equal(await whenReady(waiting(guard, { uid: nobody }), reads), "refused");
  });
});
