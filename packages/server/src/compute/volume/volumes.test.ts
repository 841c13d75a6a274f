import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { storedBytes } from "@strongroom/testkit";
import { probeHost, whyNot } from "../host/index.ts";
import { openVolumes, VolumeLost, VolumeTooLarge } from "./index.ts";
import type { Volumes } from "./index.ts";

const report = await probeHost();
const cannot = whyNot(report, "volume-encryption") ?? whyNot(report, "volume-size");
const mebibyte = 1024 ** 2;

async function everyByteBelow(folder: string): Promise<Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Buffer.concat(await Promise.all(files.map((entry) => storedBytes(join(entry.parentPath, entry.name)))));
}

describe("volumes", { skip: cannot === undefined ? false : `volumes: ${cannot}` }, () => {
  const folder = mkdtempSync(join(tmpdir(), "volumes-"));
  let volumes: Volumes;
  before(async () => {
    volumes = await openVolumes({ folder: join(folder, "volumes") });
  });
  after(async () => {
    await volumes[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const create = (sizeGiB = 1) => volumes.create({ ownerId: "job", dataKey: randomBytes(32), sizeGiB });

  it("rest encrypted, and are gone when disposed of", async () => {
    const dataKey = randomBytes(32);
    const volume = await volumes.create({ ownerId: "arn:aws:job/../../x", dataKey, sizeGiB: 1 });
    const canary = "canary-4711 ".repeat(1000);
    writeFileSync(join(volume.path, "canary-name"), canary);
    assert.equal(readFileSync(join(volume.path, "canary-name"), "utf8"), canary);
    await volume.settle();
    const atRest = await everyByteBelow(folder);
    assert.ok(atRest.length > canary.length);
    assert.ok(!atRest.includes("canary"));
    assert.ok(!atRest.includes(dataKey) && !atRest.includes(dataKey.toString("hex")));
    assert.ok(!readdirSync(join(folder, "volumes"), { recursive: true }).join(" ").includes("canary"));
    // Outside the mount namespace nothing is mounted.
    assert.ok(!readFileSync("/proc/self/mounts", "utf8").includes("gocryptfs"));
    assert.ok(!readFileSync("/proc/self/mounts", "utf8").includes(folder));
    assert.deepEqual(readdirSync("/run/strongroom/volume"), []);
    for (const file of ["cmdline", "environ"])
      assert.ok(!readFileSync(`/proc/${volume.mountPid}/${file}`).includes(dataKey.toString("hex")));
    await volume[Symbol.asyncDispose]();
    assert.ok(!existsSync(`/proc/${volume.mountPid}`));
    assert.deepEqual(readdirSync(join(folder, "volumes")), []);
  });

  it("refuse a key of another length", async () => {
    await assert.rejects(volumes.create({ ownerId: "job", dataKey: randomBytes(16), sizeGiB: 1 }), RangeError);
    assert.deepEqual(readdirSync(join(folder, "volumes")), []);
  });

  it("take room on the disk for what is in them, and give it back", async () => {
    await using volume = await create(1000);
    const { blocks, bsize } = await statfs(volume.path);
    assert.ok(blocks * bsize >= 1000 * 1024 * mebibyte);
    const [name = ""] = readdirSync(join(folder, "volumes"));
    const taken = () => statSync(join(folder, "volumes", name, "disk")).blocks * 512;
    const empty = taken();
    assert.ok(empty < 16 * mebibyte, `${empty} bytes when empty`);
    await writeFile(join(volume.path, "some"), randomBytes(20 * mebibyte));
    await volume.settle();
    assert.ok(taken() >= empty + 20 * mebibyte, `${taken()} bytes when written to`);
    await rm(join(volume.path, "some"));
    await volume.settle();
    assert.ok(taken() < empty + 5 * mebibyte, `${taken()} bytes when removed again`);
  });

  it("say so where the machine's disk did not take what was written", async () => {
    const small = mkdtempSync(join(tmpdir(), "volumes-small-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=40m", "small", small]);
    try {
      await using onSmall = await openVolumes({ folder: join(small, "volumes") });
      await using volume = await onSmall.create({ ownerId: "job", dataKey: randomBytes(32), sizeGiB: 1 });
      await writeFile(join(volume.path, "some"), randomBytes(4 * mebibyte));
      await volume.settle();
      await writeFile(join(volume.path, "more"), randomBytes(60 * mebibyte));
      await assert.rejects(volume.settle(), VolumeLost);
      assert.equal(await volume.isFull(), false);
    } finally {
      execFileSync("umount", ["--lazy", small]);
      rmSync(small, { recursive: true });
    }
  });

  it("are refused by name where no file can be so large, and nothing is left of them", async () => {
    await assert.rejects(create(2 ** 31 - 1), VolumeTooLarge);
    assert.deepEqual(readdirSync(join(folder, "volumes")), []);
  });
});
