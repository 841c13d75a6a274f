import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expiryOf, passwordFault, type PasswordPolicy } from "./password-policy.ts";

const lax: PasswordPolicy = {
  lengthMin: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercase: false,
  requireLowercase: false,
  allowUsersToChange: false,
  ageDaysMax: undefined,
  reusePrevention: undefined,
  hardExpiry: false,
};

const faultOf = (password: string, policy: PasswordPolicy | undefined) =>
  passwordFault(password, "ada", policy)?.message;

describe("a password policy", () => {
  it("asks for what it says, and for nothing else", () => {
    const cases: readonly (readonly [Partial<PasswordPolicy>, good: string, bad: string])[] = [
      [{ lengthMin: 12 }, "aaaaaaaaaaaa", "aaaaaaaaaaa"],
      [{ requireSymbols: true }, "aaaaa!", "aaaaa1A~"],
      [{ requireNumbers: true }, "aaaaa1", "aaaaa!"],
      [{ requireUppercase: true }, "aaaaaA", "aaaaaä1!"],
      [{ requireLowercase: true }, "AAAAAa", "AAAAA1!"],
    ];
    for (const [asked, good, bad] of cases) {
      assert.equal(faultOf(good, { ...lax, ...asked }), undefined, good);
      assert.match(faultOf(bad, { ...lax, ...asked }) ?? "", /^Password should have/, bad);
    }
    assert.equal(faultOf("aaaaaa", lax), undefined);
  });

  it("is AWS's default where the account has none", () => {
    assert.equal(faultOf("Passw0rd", undefined), undefined);
    assert.equal(faultOf("pass w0rd", undefined), undefined);
    for (const bad of ["Pass-w0", "password", "passw0rd", "12345678"]) {
      assert.notEqual(faultOf(bad, undefined), undefined, bad);
    }
    assert.match(passwordFault("Ada-Lovelace1", "ada-lovelace1", undefined)?.message ?? "", /name of its user/);
  });

  it("lets passwords grow too old", () => {
    assert.equal(expiryOf(1000, lax), undefined);
    assert.equal(expiryOf(1000, undefined), undefined);
    assert.equal(expiryOf(1000, { ...lax, ageDaysMax: 2 }), 1000 + 2 * 86_400_000);
  });
});
