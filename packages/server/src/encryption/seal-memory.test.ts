import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createSeal, openRoot, readSeal } from "./seal.ts";
import { copiesInMemory } from "./testing/process-memory.ts";

const isRoot = process.getuid?.() === 0;

describe("the root in memory", { skip: !isRoot && "reading a guarded process's memory needs root" }, () => {
  test("it stands there once while the seal is open, and not at all once it is closed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strongroom-memory-"));
    try {
      const keyFile = join(folder, "unseal.key");
      const content = randomBytes(64);
      await writeFile(keyFile, content);
      const created = await createSeal(folder, { kind: "key-file", content });
      assert.ok(created.kind === "open");
      created.seal[Symbol.dispose]();
      const read = await readSeal(folder);
      const root = read.kind === "read" && openRoot(read.file, { kind: "key-file", content });
      assert.ok(root !== false && root.kind === "root");
      const text = await readFile(join(folder, "seal.json"), "utf8");
      assert.ok(!text.includes(Buffer.from(root.bytes).toString("base64")));
      const program = fileURLToPath(new URL("testing/hold-seal.ts", import.meta.url));
      const words = ["--expose-gc", "--disable-warning=ExperimentalWarning", program, folder, keyFile];
      const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
      const found: [string, number][] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        // Half of the root would be as bad, and is found where a part of a copy was written over.
        found.push([line, await copiesInMemory(child.pid ?? 0, root.bytes.subarray(0, 16))]);
        child.stdin.write("\n");
      }
      // ④ one copy: the guarded page. Those that the cipher and the key derivation make are gone with their calls.
      assert.deepEqual(found, [
        ["open", 1],
        ["closed", 0],
        ["collected", 0],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
