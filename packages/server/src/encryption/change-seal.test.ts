import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { link, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { changeSeal, type ReplaceStep, sweepSeals } from "./change-seal.ts";
import { createSeal, openSeal } from "./seal.ts";
import type { NewSecret, SealSecret } from "./seal-secret.ts";
import { parseShareText } from "./share-text.ts";
import { softToken, softTokenLacks } from "./testing/soft-token.ts";

type Standing = Exclude<SealSecret, { kind: "shares" }>;
const passphrase = (text: string): Standing => ({ kind: "passphrase", passphrase: text });
const keyFile = (): Standing => ({ kind: "key-file", content: randomBytes(32) });

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-seal-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the root under this secret gives for one purpose: the same wherever the root is the same. */
async function derivedWith(folder: string, secret: SealSecret): Promise<string> {
  const opened = await openSeal(folder, secret);
  if (opened.kind !== "open") return opened.kind;
  using seal = opened.seal;
  return Buffer.from(seal.derive("a purpose")).toString("hex");
}

/** Changes the seal and answers the secret that opens it now. */
async function changed(folder: string, from: SealSecret, to: NewSecret): Promise<SealSecret> {
  let handed: readonly string[] = [];
  const handOut = (shares: readonly string[]) => {
    handed = shares;
    return Promise.resolve(true);
  };
  const outcome = await changeSeal(folder, { from, to, handOut });
  assert.deepEqual(outcome, { kind: "changed", from: from.kind, to: to.kind });
  if (to.kind !== "shares") return to;
  assert.equal(handed.length, to.count);
  return { kind: "shares", shares: handed.slice(0, to.threshold).flatMap((text) => parseShareText(text) ?? []) };
}

test("the root moves from each kind of secret to each other, and the old one opens nothing", async (t) => {
  await using token = softTokenLacks === false ? await softToken() : undefined;
  if (token !== undefined) process.env["SOFTHSM2_CONF"] = token.settings;
  await inFolder(async (folder) => {
    let now: SealSecret = passphrase("first");
    const created = await createSeal(folder, now);
    assert.ok(created.kind === "open");
    const root = Buffer.from(created.seal.derive("a purpose")).toString("hex");
    const pkcs11: NewSecret[] = token === undefined ? [] : [{ kind: "pkcs11", token: token.place }];
    if (token === undefined) t.diagnostic("without PKCS #11: SoftHSM is not installed");
    const shares: NewSecret = { kind: "shares", threshold: 3, count: 5 };
    // Every ordered pair of kinds stands somewhere in this row.
    const row: NewSecret[] = [passphrase("second"), keyFile(), keyFile(), shares, shares, passphrase("third"), shares];
    row.push(
      keyFile(),
      ...pkcs11,
      passphrase("fourth"),
      ...pkcs11,
      shares,
      ...pkcs11,
      ...pkcs11,
      keyFile(),
      passphrase("fifth"),
    );
    for (const to of row) {
      const old: SealSecret = now;
      now = await changed(folder, old, to);
      assert.equal(await derivedWith(folder, now), root, `${old.kind} to ${to.kind}`);
      // The token's key is the same one for every seal under it; only the seal's file differs.
      if (old.kind !== "pkcs11" || to.kind !== "pkcs11") assert.equal(await derivedWith(folder, old), "wrong-secret");
      assert.deepEqual(await readdir(folder), ["seal.json"]);
    }
  });
});

test("a wrong secret, a weak one, or shares that nobody took change nothing", async () => {
  await inFolder(async (folder) => {
    const from = passphrase("right");
    await createSeal(folder, from);
    const before = await readFile(join(folder, "seal.json"));
    const no = () => Promise.resolve(false);
    const change = (to: NewSecret, by = from) => changeSeal(folder, { from: by, to, handOut: no });
    assert.deepEqual(await change(keyFile(), passphrase("wrong")), { kind: "wrong-secret", expects: "passphrase" });
    assert.equal((await change(passphrase(""))).kind, "weak-secret");
    for (const [threshold, count] of [
      [1, 3],
      [3, 2],
      [2, 256],
    ] as const) {
      assert.equal((await change({ kind: "shares", threshold, count })).kind, "weak-secret");
    }
    assert.deepEqual(await change({ kind: "shares", threshold: 2, count: 3 }), { kind: "shares-not-kept" });
    assert.deepEqual(await readFile(join(folder, "seal.json")), before);
    await rm(join(folder, "seal.json"));
    assert.deepEqual(await change(keyFile()), { kind: "no-seal" });
  });
});

const steps: readonly ReplaceStep[] = ["written", "synced", "renamed", "folder-synced", "old-wiped"];

test("a secret that opens the seal already is no new one", async () => {
  const key = keyFile();
  for (const [old, same] of [
    [passphrase("caf\u00e9"), passphrase("cafe\u0301")],
    [key, key],
  ] as const) {
    await inFolder(async (folder) => {
      await createSeal(folder, old);
      const before = await readFile(join(folder, "seal.json"), "utf8");
      const outcome = await changeSeal(folder, { from: old, to: same, handOut: () => Promise.resolve(true) });
      assert.equal(outcome.kind, "refused");
      assert.match("message" in outcome ? outcome.message : "", /opens the seal already; nothing was changed/);
      assert.equal(await readFile(join(folder, "seal.json"), "utf8"), before);
    });
  }
});

test("killed after any step, the seal opens with the old secret or with the new one, never with both", async () => {
  const program = fileURLToPath(new URL("testing/change-and-die.ts", import.meta.url));
  for (const step of steps) {
    await inFolder(async (folder) => {
      const [old, next] = ["the old one", "the new one"] as const;
      await createSeal(folder, passphrase(old));
      const root = await derivedWith(folder, passphrase(old));
      const child = spawn(process.execPath, [
        "--disable-warning=ExperimentalWarning",
        program,
        folder,
        old,
        next,
        step,
      ]);
      assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"], step);
      const renamed = steps.indexOf(step) >= steps.indexOf("renamed");
      const opens = [await derivedWith(folder, passphrase(old)), await derivedWith(folder, passphrase(next))];
      assert.deepEqual(opens, renamed ? ["wrong-secret", root] : [root, "wrong-secret"], step);
      await sweepSeals(folder);
      assert.deepEqual(await readdir(folder), ["seal.json"]);
      await changed(folder, passphrase(renamed ? next : old), passphrase("a third"));
      assert.equal(await derivedWith(folder, passphrase("a third")), root);
    });
  }
});

test("a fault before the rename leaves the old seal and nothing else; one after it, the new seal", async () => {
  for (const step of steps) {
    await inFolder(async (folder) => {
      await createSeal(folder, passphrase("old"));
      const order = { from: passphrase("old"), to: passphrase("new"), handOut: () => Promise.resolve(true) };
      const at = (done: ReplaceStep) => {
        if (done === step) throw new Error(`no space left after ${step}`);
      };
      await assert.rejects(changeSeal(folder, { ...order, at }), { message: /no space left/ });
      const renamed = steps.indexOf(step) >= steps.indexOf("renamed");
      const opened = await openSeal(folder, passphrase(renamed ? "new" : "old"));
      assert.equal(opened.kind, "open", step);
      assert.deepEqual(await readdir(folder), ["seal.json"], step);
    });
  }
});

test("the old seal's bytes are overwritten where they lay, but not in a copy that somebody linked", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "seal.json");
    await createSeal(folder, passphrase("one"));
    await using held = await open(path);
    const { size } = await held.stat();
    await changed(folder, passphrase("one"), passphrase("two"));
    assert.deepEqual(await held.readFile(), Buffer.alloc(size));
    const second = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    await link(path, join(folder, "copy"));
    await changed(folder, passphrase("two"), passphrase("three"));
    assert.equal(
      createHash("sha256")
        .update(await readFile(join(folder, "copy")))
        .digest("hex"),
      second,
    );
  });
});
