import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { ArchiveRefused, listTree, mergeTrees, packFolder, readInside, unpackArchive } from "./index.ts";

const folder = await mkdtemp(join(tmpdir(), "strongroom-archive-"));
after(() => rm(folder, { recursive: true }));

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const longName = `${"deep-".repeat(30)}/${"name-".repeat(25)}.txt`;

async function sample(name: string, order: readonly string[]): Promise<string> {
  const root = join(folder, name);
  for (const path of order) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), `content of ${path}`.repeat(50));
  }
  return root;
}

test("equal content packs to equal bytes, whatever the times and the order of writing", async () => {
  const a = await sample("a", ["xgboost-model", "sub/b.txt", longName]);
  const b = await sample("b", [longName, "sub/b.txt", "xgboost-model"]);
  await utimes(join(b, "xgboost-model"), 1, 1);
  const [packedA, packedB] = [await bytesOf(packFolder(a)), await bytesOf(packFolder(b))];
  assert.equal(createHash("sha256").update(packedA).digest("hex"), createHash("sha256").update(packedB).digest("hex"));
  assert.deepEqual([...packedA.subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
});

test("several folders are one, and where two have the same path the first counts", async () => {
  const first = await sample("first", ["both", "sub/first.txt", "file"]);
  const second = await sample("second", ["both", "sub/second.txt", "file/below/deep", "alone"]);
  const { entries, leftOut } = await mergeTrees([first, second]);
  assert.deepEqual(
    entries.map(({ path, root }) => [path, root === first]),
    [
      ["alone", false],
      ["both", true],
      ["file", true],
      ["sub", true],
      ["sub/first.txt", true],
      ["sub/second.txt", false],
    ],
  );
  assert.deepEqual(
    leftOut.map(({ path, root }) => [path, root === second]),
    [
      ["both", true],
      ["file", true],
      ["file/below", true],
      ["file/below/deep", true],
    ],
  );
});

test("the system's tar reads what was packed, long names too", async () => {
  const root = await sample("c", ["xgboost-model", longName]);
  const archive = join(folder, "c.tar.gz");
  await writeFile(archive, await bytesOf(packFolder(root)));
  const names = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).trim().split("\n");
  assert.deepEqual(names, [`${"deep-".repeat(30)}/`, longName, "xgboost-model"]);
});

test("what was packed unpacks to the same files", async () => {
  const root = await sample("d", ["xgboost-model", "sub/b.txt", longName]);
  const target = join(folder, "d-out");
  await mkdir(target);
  await unpackArchive(packFolder(root), target, 1 << 20);
  for (const path of ["xgboost-model", "sub/b.txt", longName]) {
    assert.equal(await readFile(join(target, path), "utf8"), await readFile(join(root, path), "utf8"));
  }
});

test("an archive of the system's tar unpacks, in GNU and pax form", async () => {
  const root = await sample("e", ["xgboost-model", longName]);
  for (const format of ["gnu", "pax"]) {
    const bytes = execFileSync("tar", ["-cz", `--format=${format}`, "-C", root, "."]);
    const target = join(folder, `e-${format}`);
    await mkdir(target);
    await unpackArchive(once(bytes), target, 1 << 20);
    assert.equal(await readFile(join(target, longName), "utf8"), await readFile(join(root, longName), "utf8"));
  }
});

test("links, paths that lead outside, damage and size are refused", async () => {
  const root = await sample("f", ["a.txt"]);
  await symlink("/etc/passwd", join(root, "link"));
  const target = join(folder, "f-out");
  await mkdir(target);
  const refused = (bytes: Uint8Array, bytesMax = 1 << 20): Promise<void> =>
    assert.rejects(unpackArchive(once(bytes), target, bytesMax), ArchiveRefused);
  await refused(execFileSync("tar", ["-cz", "-C", root, "."]));
  await refused(execFileSync("tar", ["-czP", "--transform=s,a.txt,../a.txt,", "-C", root, "a.txt"]));
  await refused(execFileSync("tar", ["-czP", "--transform=s,a.txt,/tmp/a.txt,", "-C", root, "a.txt"]));
  await refused(Buffer.from("not an archive"));
  await refused(execFileSync("tar", ["-cz", "-C", root, "a.txt"]), 100);
  await refused(execFileSync("tar", ["-cz", "-C", root, "a.txt"]).subarray(0, 60));
});

test("links are neither listed nor read", async () => {
  const root = await sample("g", ["a.txt"]);
  await symlink("/etc", join(root, "folder"));
  await symlink("/etc/passwd", join(root, "failure"));
  assert.deepEqual(
    (await listTree(root)).map((entry) => entry.path),
    ["a.txt"],
  );
  assert.equal(await readInside(1024, root, "failure"), undefined);
  assert.equal(await readInside(1024, root, "folder", "passwd"), undefined);
  assert.equal((await readInside(7, root, "a.txt"))?.toString(), "content");
});
