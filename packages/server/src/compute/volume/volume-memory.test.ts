import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, hkdfSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { copiesInMemory } from "../../encryption/testing/process-memory.ts";
import { probeHost, whyNot } from "../host/index.ts";

const cannot = whyNot(await probeHost(), "volume-encryption");

describe("a volume's key in memory", { skip: cannot === undefined ? false : `volume encryption: ${cannot}` }, () => {
  test("the server has none once the volume is mounted, and nobody once it is gone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strongroom-volume-memory-"));
    try {
      const place = join(folder, "volumes");
      const dataKey = createHash("sha256").update(`volume ${place}`).digest();
      const derived = Buffer.from(hkdfSync("sha256", dataKey, "", "strongroom volume password", 32));
      const program = fileURLToPath(new URL("testing/hold-volume.ts", import.meta.url));
      const words = ["--expose-gc", "--disable-warning=ExperimentalWarning", program, place];
      const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
      let mountPid = "";
      const found: [string, number, number, number][] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        if (mountPid === "") mountPid = line;
        const copies = async (bytes: Uint8Array) => await copiesInMemory(child.pid ?? 0, bytes.subarray(0, 16));
        const hex = Buffer.from(derived.toString("hex"));
        const when = line === "gone" ? "gone" : "mounted";
        found.push([when, await copies(dataKey), await copies(derived), await copies(hex)]);
        assert.equal(existsSync(`/proc/${mountPid}`), when === "mounted");
        child.stdin.write("\n");
      }
      // ④ gocryptfs alone holds the key while the volume is there, and its process ends with it.
      assert.deepEqual(found, [
        ["mounted", 0, 0, 0],
        ["gone", 0, 0, 0],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
