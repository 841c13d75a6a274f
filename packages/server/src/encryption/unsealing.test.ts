import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TurnableClock } from "../platform/index.ts";
import { changeSeal } from "./change-seal.ts";
import { createSeal } from "./seal.ts";
import { parseShareText, shareText } from "./share-text.ts";
import { openUnsealing, type Unsealing } from "./unsealing.ts";

const passphrase = { kind: "passphrase", passphrase: "a long one" } as const;

interface Room {
  readonly folder: string;
  readonly shares: readonly string[];
  readonly clock: TurnableClock;
  readonly begin: () => Promise<Unsealing>;
}

/** A folder whose seal takes three shares of five. */
async function withShares(body: (room: Room) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-unsealing-"));
  const clock = new TurnableClock(new Date("2026-11-24T00:00:00Z"));
  try {
    await createSeal(folder, passphrase);
    let shares: readonly string[] = [];
    const handOut = (handed: readonly string[]) => {
      shares = handed;
      return Promise.resolve(true);
    };
    await changeSeal(folder, { from: passphrase, to: { kind: "shares", threshold: 3, count: 5 }, handOut });
    const begin = async () => {
      const unsealing = await openUnsealing(folder, clock);
      assert.ok(!("kind" in unsealing));
      return unsealing;
    };
    await body({ folder, shares, clock, begin });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const give = (unsealing: Unsealing, text = "") => unsealing.offer({ kind: "share", text });

test("any three of five open the seal, in any order, and the way there is told", async () => {
  await withShares(async ({ shares, begin }) => {
    for (const [a, b, c] of [
      [0, 1, 2],
      [4, 2, 0],
      [3, 4, 1],
    ] as const) {
      using unsealing = await begin();
      const told = [await give(unsealing, shares[a]), await give(unsealing, ` ${shares[b]?.toUpperCase() ?? ""}\n`)];
      assert.deepEqual(
        told,
        [1, 2].map((given) => ({ kind: "more-shares", status: { kind: "shares", shares: { threshold: 3, given } } })),
      );
      const outcome = await give(unsealing, shares[c]);
      assert.ok(outcome.kind === "open");
      outcome.seal[Symbol.dispose]();
      assert.equal(unsealing.status().shares?.given, 0, "what was given is forgotten");
    }
  });
});

test("a wrong share is named and nothing more is said, whichever of its bits are wrong", async () => {
  await withShares(async ({ shares, clock, begin }) => {
    using unsealing = await begin();
    const share = parseShareText(shares[1] ?? "");
    assert.ok(share);
    const answers = new Set<string>();
    for (let bit = 0; bit < 256; bit += 1) {
      const bytes = Buffer.from(share.bytes);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      answers.add(JSON.stringify(await give(unsealing, shareText({ ...share, bytes }))));
      clock.advance(60_000);
    }
    assert.deepEqual(
      [...answers],
      ['{"kind":"refused","message":"share 2 is wrong: it is not the one that was handed out"}'],
    );
    assert.equal(unsealing.status().shares?.given, 0);
    const mistyped = (shares[1] ?? "").replace(/[0-9a-f]$/, (digit) => (digit === "0" ? "1" : "0"));
    for (const [text, message] of [
      [mistyped, "this is no share, or it was mistyped"],
      ["", "this is no share, or it was mistyped"],
      [shareText({ ...share, set: "0123456789abcdef" }), "share 2 is of another seal"],
      [shareText({ ...share, at: 9 }), "share 9 is wrong: it is not the one that was handed out"],
    ] as const) {
      assert.deepEqual(await give(unsealing, text), { kind: "refused", message });
      clock.advance(60_000);
    }
    assert.equal((await give(unsealing, shares[1])).kind, "more-shares");
    assert.deepEqual(await give(unsealing, shares[1]), { kind: "refused", message: "share 2 was given before" });
  });
});

test("after five wrong offers in a minute the right one waits, too", async () => {
  await withShares(async ({ folder, clock }) => {
    await rm(join(folder, "seal.json"));
    const created = await createSeal(folder, { kind: "key-file", content: Buffer.alloc(32, 7) });
    assert.ok(created.kind === "open");
    created.seal[Symbol.dispose]();
    const unsealing = await openUnsealing(folder, clock);
    assert.ok(!("kind" in unsealing));
    using guessed = unsealing;
    const right = { kind: "key-file", content: Buffer.alloc(32, 7) } as const;
    const wrong = { kind: "key-file", content: Buffer.alloc(32, 8) } as const;
    const at = await Promise.all(Array.from({ length: 6 }, () => guessed.offer(wrong)));
    assert.deepEqual(
      at.slice(0, 5),
      new Array(5).fill({ kind: "refused", message: "the key file does not open the seal" }),
    );
    const waits = { kind: "refused", message: "too many wrong offers: wait 60 seconds" };
    assert.deepEqual([at[5], await guessed.offer(right)], [waits, waits]);
    clock.advance(60_000);
    const other = await guessed.offer(passphrase);
    assert.deepEqual(other, { kind: "refused", message: "the seal opens with a key file, not with a passphrase" });
    assert.equal((await guessed.offer(right)).kind, "open");
  });
});

test("the seal's file says nothing of shares that would open it", async () => {
  await withShares(async ({ folder, shares }) => {
    const text = await readFile(join(folder, "seal.json"), "utf8");
    for (const handed of shares) {
      const { bytes } = parseShareText(handed) ?? {};
      assert.ok(bytes);
      for (const form of ["hex", "base64", "base64url"] as const)
        assert.ok(!text.includes(Buffer.from(bytes).toString(form)));
    }
  });
});
