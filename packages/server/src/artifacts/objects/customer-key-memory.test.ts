import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { copiesInMemory } from "../../encryption/testing/process-memory.ts";

const isRoot = process.getuid?.() === 0;

describe("a customer's key in memory", { skip: !isRoot && "reading another process's memory needs root" }, () => {
  test("it is gone once the request that brought it has wiped it", async () => {
    const key = randomBytes(32);
    const program = fileURLToPath(new URL("../testing/use-customer-key.ts", import.meta.url));
    const words = ["--expose-gc", "--disable-warning=ExperimentalWarning", program, key.toString("hex")];
    const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
    const found = new Map<string, number>();
    for await (const line of createInterface({ input: child.stdout })) {
      found.set(line, await copiesInMemory(child.pid ?? 0, key.subarray(0, 16)));
      child.stdin.write("\n");
    }
    assert.ok((found.get("used") ?? 0) > 0, "the search finds the key while it is in use");
    assert.equal(found.get("collected"), 0);
  });
});
