import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { accountId, document, done, openTestAccount, type TestAccount } from "./testing/account.ts";

const allow = (Principal: unknown, Action = "s3:GetObject") => ({
  Effect: "Allow",
  Principal,
  Action,
  Resource: "*",
});
const object = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key" };

describe("the principals of stored policies", () => {
  let account: TestAccount;
  let stored: string;
  beforeEach(() => {
    account = openTestAccount();
    account.access.describeResources("s3", () => ({ policy: stored }));
  });
  afterEach(() => {
    account[Symbol.dispose]();
  });

  const store = (written: string) => {
    const bound = account.access.policyPrincipals.bound(written);
    assert.ok(bound.kind === "bound", JSON.stringify(bound));
    stored = bound.document;
  };
  const told = () => account.access.policyPrincipals.told(stored);
  const unknown = (Principal: unknown) => {
    const bound = account.access.policyPrincipals.bound(document([allow(Principal)]));
    return bound.kind === "unknown" ? bound.principal : undefined;
  };
  const allows = (name: string) => {
    const { arn, id: userId } = done(account.access.users.get(name));
    const authority = account.as({ kind: "user", arn, accountId, userId, userName: name });
    return authority.decide(object).allowed;
  };
  const assumed = (roleArn: string, sessionName: string) => {
    const session = account.access.actAs({
      ...{ roleArn, sessionName, service: "sagemaker.amazonaws.com" },
      origin: { kind: "host", sourceIp: "127.0.0.1" },
    });
    assert.ok(session.kind === "session");
    return session.authority;
  };

  it("gives a user nothing who has the name of one that was deleted, and tells the id of who is gone", () => {
    const { arn } = account.user("u5");
    const written = document([allow({ AWS: [arn, "444455556666"] })]);
    store(written);
    assert.equal(told(), written);
    assert.equal(allows("u5"), true);
    const { id } = done(account.access.users.get("u5"));
    account.access.users.remove("u5");
    account.user("u5");
    assert.equal(allows("u5"), false);
    assert.equal(told(), written.replace(arn, id));
    assert.equal(unknown({ AWS: id }), id);
    store(written);
    assert.equal(allows("u5"), true);
  });

  it("denies nothing any more to who has a deleted one's name, and spares nobody by it", () => {
    const everybody = [{ Effect: "Allow", Action: "*", Resource: "*" }];
    const { arn } = account.user("u5", ...everybody);
    store(document([{ ...allow({ AWS: arn }), Effect: "Deny" }]));
    assert.equal(allows("u5"), false);
    const spare = { Effect: "Deny", NotPrincipal: { AWS: arn }, Action: "s3:*", Resource: "*" };
    store(document([spare]));
    assert.equal(allows("u5"), true);
    account.access.policies.removeInline({ kind: "user", name: "u5" }, "u5Policy");
    account.access.users.remove("u5");
    account.user("u5", ...everybody);
    assert.equal(allows("u5"), false);
  });

  it("keeps to a user that is given another name", () => {
    const { arn } = account.user("before");
    store(document([allow({ AWS: arn })]));
    assert.equal(account.access.users.update("before", { name: "after" }), undefined);
    assert.equal(allows("after"), true);
    assert.equal(told(), document([allow({ AWS: arn.replace("before", "after") })]));
  });

  it("keeps to the role, and to one session of it", () => {
    const trust = { Service: "sagemaker.amazonaws.com" };
    const session = `arn:aws:sts::${accountId}:assumed-role/worker/work`;
    let roleArn = account.role("worker", trust);
    const written = document([allow({ AWS: roleArn }), { ...allow({ AWS: session }), Effect: "Deny" }]);
    store(written);
    assert.equal(told(), written);
    const allowed = (sessionName: string) => assumed(roleArn, sessionName).decide(object).allowed;
    assert.deepEqual(["work", "play"].map(allowed), [false, true]);
    account.access.roles.remove("worker");
    roleArn = account.role("worker", trust, { Effect: "Allow", Action: "s3:*", Resource: "*" });
    assert.deepEqual(["work", "play"].map(allowed), [true, true]);
    assert.match(told(), /"AWS":"AROA[A-Z2-7]{16}".*"AWS":"AROA[A-Z2-7]{16}:work"/);
    account.access.policies.removeInline({ kind: "role", name: "worker" }, "workerPolicy");
    assert.deepEqual(["work", "play"].map(allowed), [false, false]);
  });

  it("refuses users and roles that this account does not have", () => {
    for (const rest of ["iam::A:user/none", "iam::A:role/none", "sts::A:assumed-role/none/work"]) {
      const arn = `arn:aws:${rest.replace("A", accountId)}`;
      assert.equal(unknown({ AWS: ["*", arn] }), arn);
    }
    account.user("there");
    account.role("there", { Service: "sagemaker.amazonaws.com" });
    for (const session of ["", "/", "/a/b", "/a b"]) {
      const arn = `arn:aws:sts::${accountId}:assumed-role/there${session}`;
      assert.equal(unknown({ AWS: arn }), arn);
    }
    const elsewhere = `arn:aws:iam::${accountId}:user/path/there`;
    assert.equal(unknown({ AWS: elsewhere }), elsewhere);
    assert.equal(unknown({ AWS: `AIDA${"A".repeat(16)}` }), `AIDA${"A".repeat(16)}`);
  });

  it("leaves the others as they are written", () => {
    for (const Principal of [
      "*",
      { AWS: "*" },
      { AWS: [accountId, `arn:aws:iam::${accountId}:root`, "444455556666", "arn:aws:iam::444455556666:user/none"] },
      { AWS: `arn:aws:sts::${accountId}:federated-user/guest` },
      { Service: "sagemaker.amazonaws.com" },
      { Federated: `arn:aws:iam::${accountId}:oidc-provider/login.example.org` },
    ]) {
      const written = document([allow(Principal)]);
      store(written);
      assert.equal(stored, written);
    }
  });

  it("holds for whom a role trusts", () => {
    const { arn } = account.user("u5");
    const written = document([{ Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" }]);
    const role = { name: "trusting", path: "/", description: undefined, maxSessionSeconds: 3600 };
    const rest = { boundaryArn: undefined, tags: {} };
    const made = done(account.access.roles.create({ ...role, ...rest, trustPolicy: written }));
    assert.equal(made.trustPolicy, written);
    assert.equal(done(account.access.roles.get("trusting")).trustPolicy, written);
    assert.deepEqual(
      account.access.roles.list({ limit: 9 }).items.map(({ trustPolicy }) => trustPolicy),
      [written],
    );
    const assume = { action: "sts:AssumeRole", resource: made.arn };
    const mayAssume = () => {
      const { id: userId } = done(account.access.users.get("u5"));
      return account.as({ kind: "user", arn, accountId, userId, userName: "u5" }).decide(assume).allowed;
    };
    assert.equal(mayAssume(), true);
    account.access.users.remove("u5");
    const refusal = account.access.roles.setTrustPolicy("trusting", written);
    assert.deepEqual(refusal?.reason, "malformed-policy");
    assert.equal(refusal.message, `Invalid principal in policy: "AWS":"${arn}"`);
    account.user("u5");
    assert.equal(mayAssume(), false);
    assert.equal(account.access.roles.setTrustPolicy("trusting", written), undefined);
    assert.equal(mayAssume(), true);
  });
});
