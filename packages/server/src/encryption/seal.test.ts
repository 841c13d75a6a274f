import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createSeal, openSeal } from "./seal.ts";
import type { SealSecret } from "./seal-secret.ts";

const passphrase = (text: string): SealSecret & { kind: "passphrase" } => ({ kind: "passphrase", passphrase: text });

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-seal-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the seal opens with its passphrase only, and derives the same keys each time", async () => {
  await inFolder(async (folder) => {
    assert.deepEqual(await openSeal(folder, passphrase("x")), { kind: "no-seal" });
    const created = await createSeal(folder, passphrase("correct horse"));
    const opened = await openSeal(folder, passphrase("correct horse"));
    assert.ok(created.kind === "open" && opened.kind === "open");
    assert.deepEqual(opened.seal.derive("a"), created.seal.derive("a"));
    assert.notDeepEqual(opened.seal.derive("a"), opened.seal.derive("b"));
    assert.deepEqual(await openSeal(folder, passphrase("correct horsf")), {
      kind: "wrong-secret",
      expects: "passphrase",
    });
    assert.deepEqual(await openSeal(folder, { kind: "key-file", content: randomBytes(32) }), {
      kind: "wrong-secret",
      expects: "passphrase",
    });
    assert.equal((await stat(join(folder, "seal.json"))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ["seal.json"]);
  });
});

test("the seal opens with its key file", async () => {
  await inFolder(async (folder) => {
    const content = randomBytes(64);
    assert.equal((await createSeal(folder, { kind: "key-file", content })).kind, "open");
    assert.equal((await openSeal(folder, { kind: "key-file", content })).kind, "open");
    assert.equal((await openSeal(folder, { kind: "key-file", content: content.subarray(1) })).kind, "wrong-secret");
  });
});

test("a seal is never replaced, and a weak secret makes none", async () => {
  await inFolder(async (folder) => {
    assert.equal((await createSeal(folder, passphrase(""))).kind, "weak-secret");
    assert.equal((await createSeal(folder, { kind: "key-file", content: randomBytes(31) })).kind, "weak-secret");
    assert.deepEqual(await readdir(folder), []);
    await createSeal(folder, passphrase("one"));
    const before = await readFile(join(folder, "seal.json"));
    assert.deepEqual(await createSeal(folder, passphrase("two")), { kind: "already-sealed" });
    assert.deepEqual(await readFile(join(folder, "seal.json")), before);
  });
});

test("a damaged or changed seal file does not open", async () => {
  await inFolder(async (folder) => {
    await createSeal(folder, passphrase("one"));
    const path = join(folder, "seal.json");
    const text = await readFile(path, "utf8");
    for (const [from, to] of [
      ['"version": 1', '"version": 2'],
      ['"memoryKib": 65536', '"memoryKib": 999999999'],
      ['"kind": "passphrase"', '"kind": "none"'],
      ["{", ""],
    ] as const) {
      await writeFile(path, text.replace(from, to));
      assert.deepEqual(await openSeal(folder, passphrase("one")), { kind: "damaged", path });
    }
    await writeFile(path, text.replace('"passes": 3', '"passes": 1'));
    assert.equal((await openSeal(folder, passphrase("one"))).kind, "wrong-secret");
  });
});

test("a closed seal derives nothing", async () => {
  await inFolder(async (folder) => {
    const created = await createSeal(folder, passphrase("one"));
    assert.ok(created.kind === "open");
    created.seal[Symbol.dispose]();
    assert.throws(() => created.seal.derive("a"), /closed/);
  });
});
