import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret, TOTP } from "otpauth";
import { codeOf, keyUri, newSeed, stepAt, stepOfCode, stepOfCodes } from "./authenticator.ts";

/** RFC 6238, appendix B, for HMAC-SHA-1: seconds since 1970, and the last six of the eight digits given there. */
const vectors: readonly (readonly [seconds: number, code: string])[] = [
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
];
const rfcSeed = Secret.fromLatin1("12345678901234567890").base32;

describe("time-based codes", () => {
  it("are those of RFC 6238", () => {
    for (const [seconds, code] of vectors) {
      const step = stepAt(new Date(seconds * 1000));
      assert.equal(codeOf(rfcSeed, step), code, `at ${seconds}`);
      assert.equal(stepOfCode(rfcSeed, code, step), step);
    }
  });

  it("are good one step early and late, and no further", () => {
    for (const [distance, isGood] of [
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ] as const) {
      const found = stepOfCode(rfcSeed, codeOf(rfcSeed, 1000 + distance), 1000);
      assert.equal(found, isGood ? 1000 + distance : undefined, `${distance}`);
    }
  });

  it("have six digits and nothing else", () => {
    const code = codeOf(rfcSeed, 1000);
    for (const other of ["", code.slice(1), `${code}0`, ` ${code}`, `${code} `, "٠١٢٣٤٥", "x".repeat(100_000)]) {
      assert.equal(stepOfCode(rfcSeed, other, 1000), undefined, JSON.stringify(other.slice(0, 10)));
    }
  });

  it("count as two that follow each other in their order only", () => {
    const [first, second] = [codeOf(rfcSeed, 1000), codeOf(rfcSeed, 1001)];
    assert.equal(stepOfCodes(rfcSeed, [first, second], 1000), 1000);
    assert.equal(stepOfCodes(rfcSeed, [second, first], 1000), undefined);
    assert.equal(stepOfCodes(rfcSeed, [first, first], 1000), undefined);
    assert.equal(stepOfCodes(rfcSeed, [first, codeOf(rfcSeed, 1002)], 1000), undefined);
  });

  it("come from a seed of 160 bits, told in a URI that another library reads", () => {
    const seed = newSeed();
    assert.match(seed, /^[A-Z2-7]{32}$/);
    assert.notEqual(newSeed(), seed);
    const read = new URL(keyUri(seed, "ada@111122223333"));
    assert.equal(read.protocol, "otpauth:");
    assert.equal(read.searchParams.get("secret"), seed);
    assert.equal(new TOTP({ secret: seed }).generate({ timestamp: 60_000 }), codeOf(seed, 2));
  });
});
