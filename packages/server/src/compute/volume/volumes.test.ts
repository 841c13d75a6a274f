import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { probeHost, whyNot } from "../host/index.ts";
import { openVolumes } from "./index.ts";
import type { Volumes } from "./index.ts";

const cannot = whyNot(await probeHost(), "volume-encryption");

function everyByteBelow(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Buffer.concat(files.map((entry) => readFileSync(join(entry.parentPath, entry.name))));
}

describe("volumes", { skip: cannot === undefined ? false : `volume encryption: ${cannot}` }, () => {
  const folder = mkdtempSync(join(tmpdir(), "volumes-"));
  let volumes: Volumes;
  before(async () => {
    volumes = await openVolumes({ folder: join(folder, "volumes") });
  });
  after(async () => {
    await volumes[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  it("rest encrypted, and are gone when disposed of", async () => {
    const dataKey = randomBytes(32);
    const volume = await volumes.create({ ownerId: "arn:aws:job/../../x", dataKey });
    const canary = "canary-4711 ".repeat(1000);
    writeFileSync(join(volume.path, "canary-name"), canary);
    assert.equal(readFileSync(join(volume.path, "canary-name"), "utf8"), canary);
    const atRest = everyByteBelow(folder);
    assert.ok(atRest.length > canary.length);
    assert.ok(!atRest.includes("canary"));
    assert.ok(!atRest.includes(dataKey) && !atRest.includes(dataKey.toString("hex")));
    assert.ok(!readdirSync(join(folder, "volumes"), { recursive: true }).join(" ").includes("canary"));
    // Outside the mount namespace nothing is mounted.
    assert.ok(!readFileSync("/proc/self/mounts", "utf8").includes("gocryptfs"));
    assert.deepEqual(readdirSync("/run/strongroom/volume"), []);
    for (const file of ["cmdline", "environ"])
      assert.ok(!readFileSync(`/proc/${volume.mountPid}/${file}`).includes(dataKey.toString("hex")));
    await volume[Symbol.asyncDispose]();
    assert.ok(!existsSync(`/proc/${volume.mountPid}`));
    assert.deepEqual(readdirSync(join(folder, "volumes")), []);
  });

  it("refuse a key of another length", async () => {
    await assert.rejects(volumes.create({ ownerId: "job", dataKey: randomBytes(16) }), RangeError);
  });
});
