import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AssumedRole } from "./assume-role.ts";
import type { Authority } from "./authority.ts";
import { storedPrincipal, type Principal } from "./principal.ts";
import { isSessionRefused } from "./session-refusal.ts";
import type { TemporaryCredentials } from "./session-tokens.ts";
import { accountId, document, done, openTestAccount, type TestAccount } from "./testing/account.ts";

const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
const readData = { action: "s3:GetObject", resource: "arn:aws:s3:::data/x" };

/** Ann, signed in for herself, for a role, and for a role that this role takes on. */
function signedIn(account: TestAccount) {
  const { access } = account;
  account.user("ann", statement, { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" });
  const user = done(access.users.get("ann"));
  const roleArn = account.role("lab", { AWS: user.arn }, statement);
  const nextArn = account.role("next", { AWS: roleArn }, statement);
  const request = account.as({ kind: "anonymous", arn: "anonymous", accountId: "" });
  const own = access.sessions.issueForUser(user, { seconds: 3600, isSignIn: true });
  const role = begun(access.sessions.assumeFor({ user, request, roleArn, sessionName: "ann" }));
  const next = begun(access.assumeRole({ authority: role.authority, roleArn: nextArn, sessionName: "ann" }));
  const unbound = access.sessions.issueForUser(user, { seconds: 3600 });
  return { own, role: role.credentials, next: next.credentials, unbound };
}

function begun(outcome: AssumedRole | { readonly kind: string }): AssumedRole {
  assert(outcome.kind === "session" && "credentials" in outcome);
  return outcome;
}

function kindOf({ access, clock }: TestAccount, { accessKeyId, sessionToken }: TemporaryCredentials): string {
  return access.credential(accessKeyId, sessionToken, clock.now()).kind;
}

describe("sessions that somebody signed in for", () => {
  const changes: Readonly<Record<string, (account: TestAccount) => unknown>> = {
    "has another tag": ({ access }) => access.users.tag("ann", { team: "risk" }),
    "has another policy": ({ access }) => {
      access.policies.putInline({ kind: "user", name: "ann" }, { name: "more", document: document([statement]) });
    },
    "loses a policy": ({ access }) => access.policies.removeInline({ kind: "user", name: "ann" }, "annPolicy"),
    "has a managed policy attached": ({ access }) =>
      access.policies.attach({ kind: "user", name: "ann" }, "arn:aws:iam::aws:policy/AdministratorAccess"),
    "has a boundary": ({ access }) => access.users.setBoundary("ann", "arn:aws:iam::aws:policy/AdministratorAccess"),
    "has another name": ({ access }) => access.users.update("ann", { name: "anna" }),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`end when the person ${what}, those of further roles too, and others go on`, () => {
      using account = openTestAccount();
      const { own, role, next, unbound } = signedIn(account);
      for (const one of [own, role, next, unbound]) assert.equal(kindOf(account, one), "active");
      change(account);
      for (const one of [own, role, next]) assert.equal(kindOf(account, one), "ended");
      assert.equal(kindOf(account, unbound), "active");
    });
  }

  it("end when their role is changed, in any way", () => {
    const ofRole: ((account: TestAccount) => unknown)[] = [
      ({ access }) => access.roles.tag("lab", { team: "risk" }),
      ({ access }) => access.roles.update("lab", { maxSessionSeconds: 7200 }),
      ({ access }) =>
        access.roles.setTrustPolicy(
          "lab",
          document([{ Effect: "Allow", Principal: { AWS: accountId }, Action: "sts:AssumeRole" }]),
        ),
      ({ access }) => access.policies.removeInline({ kind: "role", name: "lab" }, "labPolicy"),
    ];
    for (const change of ofRole) {
      using account = openTestAccount();
      const { own, role } = signedIn(account);
      change(account);
      assert.equal(kindOf(account, role), "ended");
      assert.equal(kindOf(account, own), "active");
    }
  });

  it("are no longer than was asked for, and end by the second", () => {
    using account = openTestAccount();
    const { own } = signedIn(account);
    account.clock.advance(3_599_999);
    assert.equal(kindOf(account, own), "active");
    account.clock.advance(1);
    assert.equal(kindOf(account, own), "expired");
  });
});

describe("work that goes on in somebody's name", () => {
  it("has no rights left once the session that it was asked for in was ended", () => {
    using account = openTestAccount();
    const ann = account.user("ann");
    const roleArn = account.role("lab", { AWS: ann.arn }, statement);
    const ask = { authority: account.as(ann), roleArn, sessionName: "s1" };
    const role = begun(account.access.assumeRole(ask));
    assert.equal(role.authority.decide(readData).allowed, true);
    const { accessKeyId } = role.credentials;
    assert.equal(account.access.sessions.revoke({ accessKeyId }), undefined);
    assert.equal(role.authority.decide(readData).allowed, false);
  });

  it("keeps what took rights away, also where it was stored in the former form", () => {
    using account = openTestAccount();
    const roleArn = account.role("lab", { AWS: accountId }, statement);
    const { id } = done(account.access.roles.get("lab"));
    const former = {
      kind: "role-session",
      arn: `arn:aws:sts::${accountId}:assumed-role/lab/s1`,
      ...{ roleArn, roleName: "lab", accountId, userId: `${id}:s1`, sessionName: "s1", tags: {} },
      sessionPolicy: document([{ ...statement, Action: "s3:PutObject" }]),
    } as unknown as Principal;
    assert.equal(account.as(former).decide(readData).allowed, false);
    assert.equal(account.as(former).decide({ ...readData, action: "s3:PutObject" }).allowed, true);
    assert.equal(storedPrincipal(account.user("ann")).kind, "user");
  });
});

describe("condition keys of who asks", () => {
  const keys: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
    user: {
      "aws:PrincipalType": "User",
      "aws:username": "ann",
      "aws:TokenIssueTime": null,
      "aws:MultiFactorAuthPresent": null,
    },
    session: {
      "aws:PrincipalType": "User",
      "aws:username": "ann",
      "aws:TokenIssueTime": "2026-10-01T12:00:00.000Z",
      "aws:MultiFactorAuthPresent": "true",
      "aws:MultiFactorAuthAge": "7",
    },
    role: {
      "aws:PrincipalType": "AssumedRole",
      "aws:username": null,
      "aws:TokenIssueTime": "2026-10-01T12:00:00.000Z",
      "aws:MultiFactorAuthPresent": "false",
      "aws:MultiFactorAuthAge": null,
      "aws:SourceIdentity": "ann",
      "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/lab`,
      "aws:FederatedProvider": null,
    },
    federated: {
      "aws:PrincipalType": "FederatedUser",
      "aws:username": null,
      "aws:userid": `${accountId}:guest`,
      "aws:PrincipalArn": `arn:aws:sts::${accountId}:federated-user/guest`,
      "aws:MultiFactorAuthPresent": "false",
    },
    anonymous: {
      "aws:PrincipalType": "Anonymous",
      "aws:userid": "anonymous",
      "aws:PrincipalArn": null,
      "aws:PrincipalAccount": null,
      "aws:username": null,
    },
  };
  for (const [kind, expected] of Object.entries(keys)) {
    it(`are those of AWS for the kind ${kind}`, () => {
      using account = openTestAccount();
      const authority = authorities(account)[kind]?.();
      assert(authority !== undefined);
      account.clock.advance(7000);
      const holds = judged(account, authority);
      for (const [key, value] of Object.entries(expected)) {
        const test = value === null ? { Null: { [key]: "true" } } : { StringEquals: { [key]: value } };
        assert.equal(holds(test), true, `${key} is ${value ?? "absent"}`);
      }
    });
  }
});

function authorities(account: TestAccount): Readonly<Record<string, () => Authority>> {
  const { access } = account;
  const ann = account.user("ann", { Effect: "Allow", Action: "*", Resource: "*" });
  const user = done(access.users.get("ann"));
  const actions = ["sts:AssumeRole", "sts:SetSourceIdentity"];
  const trust = [{ Effect: "Allow", Principal: { AWS: user.arn }, Action: actions }];
  const acting = ({ accessKeyId, sessionToken }: TemporaryCredentials) => {
    const credential = access.credential(accessKeyId, sessionToken, account.clock.now());
    assert(credential.kind === "active");
    return account.as(credential.principal);
  };
  return {
    user: () => account.as(ann),
    session: () => acting(access.sessions.issueForUser(user, { seconds: 900, mfaAt: account.clock.now().getTime() })),
    role: () => {
      const roleArn = account.role("lab", { AWS: user.arn }, { Effect: "Allow", Action: "*", Resource: "*" });
      access.roles.setTrustPolicy("lab", document(trust));
      const ask = { authority: account.as(ann), roleArn, sessionName: "s1", sourceIdentity: "ann" };
      return acting(begun(access.assumeRole(ask)).credentials);
    },
    federated: () => {
      const policy = document([{ Effect: "Allow", Action: "*", Resource: "*" }]);
      const made = access.sessions.issueFederated({ issuer: user, name: "guest", seconds: 900, policy });
      assert(!isSessionRefused(made));
      return acting(made.credentials);
    },
    anonymous: () => account.as({ kind: "anonymous", arn: "anonymous", accountId: "" }),
  };
}

/** Tells whether a resource's policy that denies under a condition denies. */
function judged(account: TestAccount, authority: Authority): (condition: object) => boolean {
  const everybody = { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" };
  let policy = "";
  account.access.describeResources("s3", () => ({ policy }));
  return (condition) => {
    policy = document([everybody, { ...everybody, Effect: "Deny", Condition: condition }]);
    return !authority.decide(readData).allowed;
  };
}
