import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { done, openTestAccount, type TestAccount } from "../testing/account.ts";
import { codeOf, stepAt } from "./authenticator.ts";
import { openPeople, type People } from "./people.ts";
import { IdentityStore } from "../identity-store.ts";
import type { SignInOutcome } from "./sign-in.ts";

const password = "Passw0rd-1";
const sourceIp = "192.0.2.7";

/** A person with a password and an authenticator; `code` gives a fresh one, a step later each time. */
async function person(account: TestAccount, userName = "ada") {
  const { loginProfiles, mfaDevices, signIn } = account.access.people;
  account.user(userName);
  done(await loginProfiles.create(userName, password, false));
  const { device, seed } = done(mfaDevices.create(userName, "/", {}));
  const later = () => account.clock.advance(30_000);
  const code = (steps = 0) => codeOf(seed, stepAt(account.clock.now()) + steps);
  assert.equal(mfaDevices.enable(userName, device.serial, [code(-1), code()]), undefined);
  later();
  const begin = (given: { password?: string; code?: string | undefined; userName?: string } = {}) =>
    signIn.begin({ userName, password, code: code(), sourceIp, ...given });
  return { serial: device.serial, seed, code, later, begin };
}

const kindOf = ({ kind }: SignInOutcome) => kind;

describe("signing in", () => {
  it("takes the password and a code, and says when the second factor was shown", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const outcome = await ada.begin();
    assert.ok(outcome.kind === "signed-in");
    assert.equal(outcome.user.name, "ada");
    assert.equal(outcome.mfaAt, account.clock.now().getTime());
    const facts = account.access.people.factsOf(outcome.user.id);
    assert.equal(facts.passwordLastUsedAt, account.clock.now().getTime());
  });

  it("fails alike for who is unknown, has no password, or gives a wrong password, code or none", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    account.user("nopassword");
    const wrong = [
      { userName: "nobody" },
      { userName: "nopassword" },
      { password: "Passw0rd-2" },
      { code: codeOf(ada.seed, 1) },
      { code: undefined },
    ];
    for (const given of wrong) {
      const told = { ...(await ada.begin(given)), user: undefined };
      assert.deepEqual(told, { kind: "failed", user: undefined }, JSON.stringify(given));
    }
  });

  it("takes each code once, also among tries at the same moment", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const all = await Promise.all([ada.begin(), ada.begin(), ada.begin()]);
    assert.deepEqual(all.map(kindOf).sort(), ["failed", "failed", "signed-in"]);
    assert.equal(kindOf(await ada.begin()), "failed");
    assert.equal(kindOf(await ada.begin({ code: ada.code(-1) })), "failed", "nor one before it");
    ada.later();
    assert.equal(kindOf(await ada.begin()), "signed-in");
  });

  it("takes no code of another person's device, nor one that another device took", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const bob = await person(account, "bob");
    ada.later();
    assert.equal(kindOf(await ada.begin({ code: bob.code() })), "failed");
    const { mfaDevices } = account.access.people;
    assert.equal(mfaDevices.deactivate("ada", ada.serial), undefined);
    const codes = [ada.code(-2), ada.code(-1)] as const;
    const refusal = mfaDevices.enable("bob", ada.serial, codes);
    assert.equal(refusal?.reason, "invalid-code", "codes that enabled it once do not enable it again");
  });

  it("is locked by wrong tries at the same moment as by those one after the other, until an administrator unlocks", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => ada.begin({ password: `Wrong-${i}` })));
    assert.equal(all.filter(({ kind }) => kind === "failed").length, 5, "so many were looked at");
    assert.equal(all.filter(({ kind }) => kind === "blocked").length, 95);
    assert.equal(kindOf(await ada.begin()), "blocked", "the right password does not open what is locked");
    assert.equal(account.access.people.unlock(done(account.access.users.get("ada"))), true);
    assert.equal(kindOf(await ada.begin()), "signed-in");
  });

  it("locks a name that nobody has like any other", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const kinds: string[] = [];
    for (let i = 0; i < 6; i += 1) kinds.push(kindOf(await ada.begin({ userName: "nobody" })));
    assert.deepEqual(kinds, ["failed", "failed", "failed", "failed", "failed", "blocked"]);
  });

  it("stays locked after a restart, and opens when the time is over", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    for (let i = 0; i < 5; i += 1) await ada.begin({ password: "Wrong-1" });
    const { db, clock } = account;
    const identities = new IdentityStore(db, () => undefined);
    const cost = { memoryKib: 64, passes: 1 };
    const parts = { db, clock, identities, cost, accountId: "111122223333", forget: () => undefined };
    const again: People = openPeople({ ...parts, tokenKey: randomBytes(32) });
    const outcome = await again.signIn.begin({ userName: "ada", password, code: ada.code(), sourceIp });
    assert.equal(outcome.kind, "blocked");
    clock.advance(31_000);
    assert.equal(kindOf(await ada.begin()), "signed-in");
  });

  it("wants another password where an administrator said so, and takes it after the policy", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const { loginProfiles, signIn } = account.access.people;
    await loginProfiles.update("ada", { isResetRequired: true });
    const first = await ada.begin();
    assert.ok(first.kind === "next" && first.wants === "new-password");
    for (const newPassword of ["short", password]) {
      const refused = await signIn.continue({ step: first.step, newPassword });
      assert.ok(refused.kind === "not-taken" && refused.refusal.reason === "password-policy", newPassword);
    }
    const second = await signIn.continue({ step: first.step, newPassword: "Passw0rd-2" });
    assert.ok(second.kind === "signed-in" && second.mfaAt !== undefined, "the code need not be shown twice");
    const replayed = await signIn.continue({ step: first.step, newPassword: "Passw0rd-3" });
    assert.equal(replayed.kind, "failed", "a step is gone once");
    ada.later();
    assert.equal(kindOf(await ada.begin()), "failed");
    assert.equal(kindOf(await ada.begin({ password: "Passw0rd-2" })), "signed-in");
  });

  it("makes the first authenticator of who has none, and none beside it", async () => {
    using account = openTestAccount();
    account.user("eve");
    const { loginProfiles, mfaDevices, signIn } = account.access.people;
    done(await loginProfiles.create("eve", password, false));
    const first = await signIn.begin({ userName: "eve", password, code: undefined, sourceIp });
    assert.ok(first.kind === "next" && first.wants === "second-factor");
    const seed = new URL(first.uri).searchParams.get("secret") ?? "";
    const at = stepAt(account.clock.now());
    const codes = [codeOf(seed, at), codeOf(seed, at + 1)] as const;
    const wrong = await signIn.continue({ step: first.step, codes: [codes[1], codes[0]] });
    assert.ok(wrong.kind === "not-taken" && wrong.refusal.reason === "invalid-code");
    assert.deepEqual(mfaDevices.list("Any", { limit: 10 }).items, []);
    const done2 = await signIn.continue({ step: first.step, codes });
    assert.ok(done2.kind === "signed-in" && done2.mfaAt !== undefined);
    assert.equal((await signIn.continue({ step: first.step, codes })).kind, "failed");
    assert.equal(mfaDevices.of(done2.user.id).length, 1);
  });

  it("does without a second factor only where the account's settings say so, and tells it", async () => {
    using account = openTestAccount();
    account.user("eve");
    const { people } = account.access;
    done(await people.loginProfiles.create("eve", password, false));
    people.setSettings({ isMfaRequired: false });
    const outcome = await people.signIn.begin({ userName: "eve", password, code: undefined, sourceIp });
    assert.ok(outcome.kind === "signed-in");
    assert.equal(outcome.mfaAt, undefined);
    const ada = await person(account);
    assert.equal(kindOf(await ada.begin({ code: undefined })), "failed", "who has a device shows it");
  });

  it("is over for a password that is too old: to be replaced, or for an administrator", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const { loginProfiles } = account.access.people;
    const lax = { requireSymbols: false, requireNumbers: false, requireUppercase: false, requireLowercase: false };
    const policy = { ...lax, lengthMin: 6, allowUsersToChange: false, ageDaysMax: 90, reusePrevention: 2 };
    loginProfiles.setPolicy({ ...policy, hardExpiry: false });
    account.clock.advance(90 * 86_400_000);
    const outcome = await ada.begin();
    assert.ok(outcome.kind === "next" && outcome.wants === "new-password");
    loginProfiles.setPolicy({ ...policy, hardExpiry: true });
    ada.later();
    assert.equal(kindOf(await ada.begin()), "expired");
    assert.equal(await loginProfiles.update("ada", { password: "Passw0rd-2" }), undefined);
    ada.later();
    assert.equal(kindOf(await ada.begin({ password: "Passw0rd-2" })), "signed-in");
    for (const former of ["Passw0rd-2", password]) {
      assert.equal(
        ((await loginProfiles.update("ada", { password: former })) as { reason: string }).reason,
        "password-policy",
      );
    }
    assert.equal(await loginProfiles.update("ada", { password: "Passw0rd-3" }), undefined);
    assert.equal(await loginProfiles.update("ada", { password }), undefined, "two are kept, and this is the third");
  });

  it("opens no step that was changed, is old, or was sealed elsewhere", async () => {
    using account = openTestAccount();
    const ada = await person(account);
    const { loginProfiles, signIn } = account.access.people;
    await loginProfiles.update("ada", { isResetRequired: true });
    const first = await ada.begin();
    assert.ok(first.kind === "next");
    const at = first.step.length >> 1;
    const changed = first.step.slice(0, at) + (first.step[at] === "A" ? "B" : "A") + first.step.slice(at + 1);
    for (const step of [changed, "", "x".repeat(10_000), Buffer.from("{}").toString("base64url")]) {
      assert.equal((await signIn.continue({ step, newPassword: "Passw0rd-2" })).kind, "failed");
    }
    account.clock.advance(10 * 60_000);
    assert.equal((await signIn.continue({ step: first.step, newPassword: "Passw0rd-2" })).kind, "failed");
  });

  it("takes as long for who is unknown as for a wrong password", async () => {
    using account = openTestAccount();
    const { db, clock } = account;
    const identities = new IdentityStore(db, () => undefined);
    const cost = { memoryKib: 16_384, passes: 2 };
    const parts = { db, clock, identities, cost, accountId: "111122223333", forget: () => undefined };
    const people = openPeople({ ...parts, tokenKey: randomBytes(32) });
    account.user("ada");
    done(await people.loginProfiles.create("ada", password, false));
    const time = async (userName: string, round: number) => {
      clock.advance(3_700_000);
      const start = process.hrtime.bigint();
      const outcome = await people.signIn.begin({
        userName,
        password: "Wrong-1",
        code: undefined,
        sourceIp: `10.0.0.${round}`,
      });
      assert.equal(outcome.kind, "failed");
      return Number(process.hrtime.bigint() - start);
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      known.push(await time("ada", round));
      unknown.push(await time("nobody", round));
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
    const ratio = median(known) / median(unknown);
    assert.ok(ratio > 0.6 && ratio < 1.6, `known names take ${ratio} times as long`);
  });
});
