import assert from "node:assert/strict";
import { test } from "node:test";
import { gitPassword, readGitUserName, verifyGitPassword } from "./index.ts";

const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const place = { path: "/v1/repos/myrepo", host: "git-codecommit.us-east-1.amazonaws.com", region: "us-east-1" };
const known = [
  ["2026-11-23T03:44:55Z", "20261123T034455Z6c446cc2678e2673d5c21bac7f3ee2590e2afbca3678fc0d6fd6361a1df8c62b"],
  ["2020-01-01T00:00:00Z", "20200101T000000Zf6d7743d7034bd6c2092f50af915051719d7b7236b2e98a9abffa77da663974b"],
] as const;

for (const [time, password] of known) {
  const now = new Date(time);
  const signIn = { ...place, password, secretAccessKey, now };

  test(`the password that AWS's helper made at ${time} is accepted`, () => {
    assert.equal(gitPassword({ ...place, secretAccessKey, now }), password);
    assert.ok(verifyGitPassword(signIn));
  });

  test(`the password of ${time} is refused for another path, host, region, secret, time and after any change`, () => {
    assert.ok(!verifyGitPassword({ ...signIn, path: "/v1/repos/other" }));
    assert.ok(!verifyGitPassword({ ...signIn, host: "elsewhere" }));
    assert.ok(!verifyGitPassword({ ...signIn, region: "us-west-2" }));
    assert.ok(!verifyGitPassword({ ...signIn, secretAccessKey: "x" }));
    assert.ok(!verifyGitPassword({ ...signIn, secretAccessKey: undefined }));
    assert.ok(!verifyGitPassword({ ...signIn, now: new Date(now.getTime() + 901_000) }));
    assert.ok(!verifyGitPassword({ ...signIn, now: new Date(now.getTime() - 901_000) }));
    for (let i = 0; i < password.length; i += 1) {
      const changed = password.slice(0, i) + String.fromCharCode(password.charCodeAt(i) ^ 1) + password.slice(i + 1);
      assert.ok(!verifyGitPassword({ ...signIn, password: changed }), changed);
    }
  });
}

test("a helper may sign the host with or without its port", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  for (const host of ["127.0.0.1", "127.0.0.1:8443"]) {
    const password = gitPassword({ ...place, host, secretAccessKey, now });
    assert.ok(verifyGitPassword({ ...place, host: "127.0.0.1:8443", password, secretAccessKey, now }));
  }
});

test("the user name carries the session token behind a percent sign", () => {
  assert.deepEqual(readGitUserName("AKIDEXAMPLE"), { accessKeyId: "AKIDEXAMPLE", sessionToken: undefined });
  assert.deepEqual(readGitUserName("AKIDEXAMPLE%TOK%25"), { accessKeyId: "AKIDEXAMPLE", sessionToken: "TOK%25" });
});
