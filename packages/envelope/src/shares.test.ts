import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { combine, split } from "shamir-secret-sharing";
import { inverse, product } from "./field-256.ts";
import { joinShares, type Share, splitSecret } from "./shares.ts";

/** The audited library writes a share as its bytes with the place behind them. */
const theirs = ({ at, bytes }: Share): Uint8Array => Buffer.concat([bytes, Buffer.of(at)]);
const ours = (share: Uint8Array): Share => ({ at: share.at(-1) ?? 0, bytes: share.subarray(0, -1) });

test("the field multiplies as FIPS 197 says, and every element but 0 has its inverse", () => {
  assert.equal(product(0x57, 0x83), 0xc1);
  assert.equal(product(0x57, 0x13), 0xfe);
  for (let a = 1; a < 256; a += 1) assert.equal(product(a, inverse(a)), 1);
  assert.equal(inverse(0), 0);
});

test("every choice of as many shares as the threshold gives the secret, and one fewer does not", () => {
  const secret = randomBytes(32);
  const shares = splitSecret(secret, 3, 5);
  let choices = 0;
  for (let mask = 0; mask < 32; mask += 1) {
    const chosen = shares.filter((_, index) => (mask & (1 << index)) !== 0);
    if (chosen.length < 2) continue;
    choices += 1;
    const joined = Buffer.from(joinShares(chosen.toReversed()));
    assert.equal(joined.equals(secret), chosen.length >= 3, `mask ${mask}`);
  }
  assert.equal(choices, 26);
});

test("an audited library joins these shares, and these functions join its own", async () => {
  for (const [threshold, count, length] of [
    [2, 2, 32],
    [2, 255, 1],
    [3, 5, 32],
    [7, 12, 64],
    [20, 40, 33],
  ] as const) {
    const secret = new Uint8Array(randomBytes(length));
    const own = splitSecret(secret, threshold, count).slice(-threshold);
    assert.deepEqual(await combine(own.map((share) => new Uint8Array(theirs(share)))), secret);
    const other = await split(secret, count, threshold);
    assert.deepEqual(joinShares(other.slice(0, threshold).map(ours)), secret);
  }
});

test("fewer shares than the threshold leave every secret as likely as another", () => {
  // With threshold 2 the share at 1 is the secret plus a random byte: over many splits each value comes up about as often.
  const secret = Uint8Array.of(0x2a);
  const seen = new Array<number>(256).fill(0);
  const splits = 25_600;
  for (let n = 0; n < splits; n += 1) {
    const value = splitSecret(secret, 2, 2)[0]?.bytes[0] ?? 0;
    seen[value] = (seen[value] ?? 0) + 1;
  }
  const chiSquared = seen.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
  // 255 degrees of freedom: above 380 once in a million runs.
  assert.ok(chiSquared < 380, `chi squared is ${chiSquared}`);
});

test("what cannot be split or joined is refused", () => {
  const secret = randomBytes(4);
  for (const [threshold, count] of [
    [1, 3],
    [4, 3],
    [2, 256],
    [2.5, 3],
  ] as const) {
    assert.throws(() => splitSecret(secret, threshold, count), RangeError);
  }
  assert.throws(() => splitSecret(new Uint8Array(), 2, 3), RangeError);
  const shares = splitSecret(secret, 2, 3);
  assert.throws(() => joinShares(shares.slice(0, 1)), RangeError);
  assert.throws(() => joinShares([...shares.slice(0, 1), ...shares.slice(0, 1)]), RangeError);
  assert.throws(() => joinShares([...shares.slice(0, 1), { at: 2, bytes: new Uint8Array(3) }]), RangeError);
  assert.throws(() => joinShares([...shares.slice(0, 1), { at: 256, bytes: new Uint8Array(4) }]), RangeError);
});
