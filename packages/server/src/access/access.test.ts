import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { AccessDenied, type Origin } from "./authority.ts";
import { accountId, document, done, host, openTestAccount, trustSageMaker } from "./testing/account.ts";

const everything = { Sid: "All", Effect: "Allow", Action: "*", Resource: "*" };
const readData = { action: "s3:GetObject", resource: "arn:aws:s3:::data/a.csv" };
const endpoint: Origin = { kind: "vpc", vpcId: "vpc-1", vpceId: "vpce-1", vpcSourceIp: "10.0.0.7" };

describe("credentials", () => {
  it("make the first administrator once", () => {
    using account = openTestAccount();
    const first = account.access.ensureFirstAdministrator();
    assert(first);
    assert.equal(account.access.ensureFirstAdministrator(), undefined);
    const credential = account.access.credential(first.accessKeyId, undefined, account.clock.now());
    assert(credential.kind === "active");
    assert.equal(credential.secretAccessKey, first.secretAccessKey);
    assert.equal(credential.principal.arn, `arn:aws:iam::${accountId}:user/administrator`);
    account.as(credential.principal).demand({ action: "sagemaker:CreateTrainingJob", resource: "*" });
  });

  it("rest sealed: neither the secret nor the key id's owner is in the file", () => {
    using account = openTestAccount();
    const first = account.access.ensureFirstAdministrator();
    assert(first);
    const bytes =
      readFileSync(account.path).toString("latin1") + readFileSync(`${account.path}-wal`).toString("latin1");
    for (const canary of [first.secretAccessKey, first.accessKeyId, "administrator"]) assert(!bytes.includes(canary));
    const row = account.db.get<{ sealed_secret: Uint8Array }>("SELECT sealed_secret FROM access_key");
    assert(row && !Buffer.from(row.sealed_secret).includes(first.secretAccessKey));
  });

  it("stop counting at once when made inactive or deleted", () => {
    using account = openTestAccount();
    account.user("alice");
    const { key } = done(account.access.users.createAccessKey("alice"));
    const kind = () => account.access.credential(key.id, undefined, account.clock.now()).kind;
    assert.equal(kind(), "active");
    account.access.users.setAccessKeyActive("alice", key.id, false);
    assert.equal(kind(), "inactive");
    account.access.users.setAccessKeyActive("alice", key.id, true);
    assert.equal(kind(), "active");
    account.access.users.removeAccessKey("alice", key.id);
    assert.equal(kind(), "unknown");
  });

  it("refuse a long-term key with a session token", () => {
    using account = openTestAccount();
    account.user("alice");
    const { key } = done(account.access.users.createAccessKey("alice"));
    assert.deepEqual(account.access.credential(key.id, "token", account.clock.now()), { kind: "bad-token" });
  });
});

describe("sessions", () => {
  const start = (account: ReturnType<typeof openTestAccount>, durationSeconds = 900) => {
    const roleArn = account.role("Trainer", trustSageMaker, { ...everything, Action: "s3:GetObject" });
    const service = "sagemaker.amazonaws.com";
    const acted = account.access.actAs({ roleArn, service, sessionName: "job", origin: host, durationSeconds });
    assert(acted.kind === "session");
    return acted;
  };

  it("act with the role's permissions", () => {
    using account = openTestAccount();
    const { authority, credentials, sessionArn } = start(account);
    assert.equal(sessionArn, `arn:aws:sts::${accountId}:assumed-role/Trainer/job`);
    authority.demand(readData);
    assert.throws(() => authority.demand({ ...readData, action: "s3:PutObject" }), AccessDenied);
    const found = account.access.credential(credentials.accessKeyId, credentials.sessionToken, account.clock.now());
    assert(found.kind === "active");
    assert.equal(found.secretAccessKey, credentials.secretAccessKey);
    assert.deepEqual(found.principal, authority.principal);
  });

  it("expire", () => {
    using account = openTestAccount();
    const { credentials } = start(account);
    account.clock.advance(900_000);
    const found = account.access.credential(credentials.accessKeyId, credentials.sessionToken, account.clock.now());
    assert.equal(found.kind, "expired");
  });

  it("refuse a token that is missing, changed, forged or of another key", () => {
    using account = openTestAccount();
    const { credentials } = start(account);
    const other = account.access.actAs({
      roleArn: `arn:aws:iam::${accountId}:role/Trainer`,
      service: "sagemaker.amazonaws.com",
      sessionName: "other",
      origin: host,
    });
    assert(other.kind === "session");
    const bytes = Buffer.from(credentials.sessionToken, "base64");
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    const forged = Buffer.from(JSON.stringify({ accessKeyId: credentials.accessKeyId, expiresAt: 9e15 }));
    for (const token of [
      undefined,
      "",
      bytes.toString("base64"),
      forged.toString("base64"),
      other.credentials.sessionToken,
    ]) {
      const found = account.access.credential(credentials.accessKeyId, token, account.clock.now());
      assert.equal(found.kind, "bad-token");
    }
  });

  it("die with their role, even when another takes its name", () => {
    using account = openTestAccount();
    const { credentials, authority } = start(account);
    assert.equal(account.access.policies.removeInline({ kind: "role", name: "Trainer" }, "TrainerPolicy"), undefined);
    assert.equal(account.access.roles.remove("Trainer"), undefined);
    account.role("Trainer", trustSageMaker, everything);
    const found = account.access.credential(credentials.accessKeyId, credentials.sessionToken, account.clock.now());
    assert.equal(found.kind, "ended");
    assert.equal(authority.decide(readData).allowed, false);
  });

  it("are refused where the role does not trust the service, or does not exist", () => {
    using account = openTestAccount();
    const roleArn = account.role("Other", { Service: "ec2.amazonaws.com" }, everything);
    const ask = (arn: string) =>
      account.access.actAs({ roleArn: arn, service: "sagemaker.amazonaws.com", sessionName: "job", origin: host });
    assert.equal(ask(roleArn).kind, "trust-refuses");
    assert.equal(ask(`${roleArn}x`).kind, "no-such-role");
  });
});

describe("assuming a role", () => {
  it("needs the role's trust, and the caller's policy where the account is trusted", () => {
    using account = openTestAccount();
    const roleArn = account.role("Shared", { AWS: accountId }, everything);
    const assume = (name: string, ...statements: object[]) =>
      account.access.assumeRole({
        authority: account.as(account.user(name, ...statements)),
        roleArn,
        sessionName: "s1",
      });
    assert.throws(() => assume("nobody"), /no identity-based policy allows the sts:AssumeRole action/);
    const outcome = assume("somebody", { Effect: "Allow", Action: "sts:AssumeRole", Resource: roleArn });
    assert.equal(outcome.kind, "session");
  });

  it("tells the trust policy the external id", () => {
    using account = openTestAccount();
    const alice = account.user("alice");
    account.role("Guarded", { AWS: alice.arn });
    const Condition = { StringEquals: { "sts:ExternalId": "ticket-4711" } };
    const statement = { Effect: "Allow", Principal: { AWS: alice.arn }, Action: "sts:AssumeRole", Condition };
    assert.equal(account.access.roles.setTrustPolicy("Guarded", document([statement])), undefined);
    const request = {
      authority: account.as(alice),
      roleArn: `arn:aws:iam::${accountId}:role/Guarded`,
      sessionName: "s1",
    };
    assert.throws(() => account.access.assumeRole(request), AccessDenied);
    assert.throws(() => account.access.assumeRole({ ...request, externalId: "guess" }), AccessDenied);
    assert.equal(account.access.assumeRole({ ...request, externalId: "ticket-4711" }).kind, "session");
  });

  it("keeps within the session policy", () => {
    using account = openTestAccount();
    const alice = account.user("alice");
    const roleArn = account.role("Wide", { AWS: alice.arn }, everything);
    const policy = document([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
    const assumed = account.access.assumeRole({ authority: account.as(alice), roleArn, sessionName: "s1", policy });
    assert(assumed.kind === "session");
    assumed.authority.demand(readData);
    const { message } = assumed.authority.decide({ ...readData, action: "s3:PutObject" });
    assert.match(message, /because no session policy allows the s3:PutObject action$/);
  });

  it("refuses a duration over the role's, and over an hour for a session's session", () => {
    using account = openTestAccount();
    const alice = account.user("alice");
    const roleArn = account.role("Short", { AWS: alice.arn });
    const ask = { authority: account.as(alice), roleArn, sessionName: "s1", durationSeconds: 3601 };
    const outcome = account.access.assumeRole(ask);
    assert(outcome.kind === "session-refused");
    assert.match(outcome.message, /MaxSessionDuration/);
  });
});

describe("decisions", () => {
  it("follow a change of policies at once", () => {
    using account = openTestAccount();
    const alice = account.user("alice");
    const authority = account.as(alice);
    assert.equal(authority.decide(readData).allowed, false);
    const owner = { kind: "user", name: "alice" } as const;
    account.access.policies.putInline(owner, { name: "Reads", document: document([everything]) });
    assert.equal(authority.decide(readData).allowed, true);
    account.access.policies.removeInline(owner, "Reads");
    assert.equal(authority.decide(readData).allowed, false);
  });

  it("name the statement that denied", () => {
    using account = openTestAccount();
    const statement = { Sid: "OnlyInVpc", Effect: "Deny", Action: "sagemaker:CreateTrainingJob", Resource: "*" };
    const Condition = { Null: { "sagemaker:VpcSubnets": "true" } };
    const authority = account.as(account.user("alice", everything, { ...statement, Condition }));
    const permission = { action: "sagemaker:CreateTrainingJob", resource: "*" };
    assert.throws(
      () => authority.demand(permission),
      /^AccessDenied: User: arn:aws:iam::111122223333:user\/alice is not authorized to perform: sagemaker:CreateTrainingJob on resource: \* with an explicit deny in an identity-based policy$/,
    );
    authority.demand({ ...permission, context: { "sagemaker:VpcSubnets": ["subnet-a"] } });
  });

  it("do not let a caller's context stand in for the server's keys", () => {
    using account = openTestAccount();
    const only = (Condition: object) => ({ Effect: "Allow", Action: "s3:*", Resource: "*", Condition });
    const claims: [object, string, string | string[]][] = [
      [{ StringEquals: { "aws:SourceVpce": "vpce-1" } }, "aws:SourceVpce", "vpce-1"],
      [{ StringEquals: { "aws:PrincipalTag/team": "risk" } }, "AWS:principaltag/TEAM", "risk"],
      [{ StringEquals: { "aws:ResourceTag/team": "risk" } }, "aws:ResourceTag/team", "risk"],
      [{ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, "aws:SourceIp", "203.0.113.1"],
      [
        { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
        "kms:ViaService",
        "s3.us-east-1.amazonaws.com",
      ],
      [{ Bool: { "aws:ViaAWSService": "true" } }, "aws:ViaAWSService", "true"],
      [{ "ForAnyValue:StringEquals": { "aws:CalledVia": "s3.amazonaws.com" } }, "aws:CalledVia", ["s3.amazonaws.com"]],
      [{ StringEquals: { "aws:username": "root" } }, "aws:username", "root"],
    ];
    for (const [at, [condition, key, value]] of claims.entries()) {
      const authority = account.as(account.user(`user${at}`, only(condition)));
      assert.equal(authority.decide({ ...readData, context: { [key]: value } }).allowed, false, key);
    }
    const tagged = account.as(account.user("tagged", only({ StringEquals: { "aws:RequestTag/team": "risk" } })));
    tagged.demand({ ...readData, context: { "aws:RequestTag/team": "risk" } });
  });

  it("know the network a request came through", () => {
    using account = openTestAccount();
    const Condition = { StringEquals: { "aws:sourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1" } };
    const alice = account.user("alice", { ...everything, Condition });
    account.as(alice, endpoint).demand(readData);
    assert.equal(account.as(alice).decide(readData).allowed, false);
    const bob = account.user("bob", { ...everything, Condition: { Null: { "aws:SourceIp": "true" } } });
    account.as(bob, endpoint).demand(readData);
    assert.equal(account.as(bob).decide(readData).allowed, false);
  });

  it("know the service that a call came through, and keep the network", () => {
    using account = openTestAccount();
    const Condition = {
      StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "aws:SourceVpce": "vpce-1" },
      Bool: { "aws:ViaAWSService": "true" },
    };
    const authority = account.as(account.user("alice", { ...everything, Condition }), endpoint);
    const decrypt = { action: "kms:Decrypt", resource: `arn:aws:kms:us-east-1:${accountId}:key/1` };
    assert.equal(authority.decide(decrypt).allowed, false);
    authority.via("s3").demand(decrypt);
    assert.equal(authority.via("sagemaker").decide(decrypt).allowed, false);
  });

  it("take in a bucket's policy", () => {
    using account = openTestAccount();
    const Condition = { StringNotEquals: { "aws:sourceVpce": "vpce-1" } };
    const policy = document([
      { Sid: "OnlyThroughEndpoint", Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: "*", Condition },
    ]);
    account.access.describeResources("s3", (arn) => (arn.startsWith("arn:aws:s3:::data") ? { policy } : undefined));
    const alice = account.user("alice", everything);
    account.as(alice, endpoint).demand(readData);
    const { message } = account.as(alice).decide(readData);
    assert.match(message, /on resource: "arn:aws:s3:::data\/a.csv" with an explicit deny in a resource-based policy$/);
    const root = { kind: "root", arn: `arn:aws:iam::${accountId}:root`, accountId } as const;
    assert.equal(account.as(root).decide(readData).allowed, false);
    account.as(root).demand({ ...readData, resource: "arn:aws:s3:::other/a" });
  });

  it("give a key's policy the last word", () => {
    using account = openTestAccount();
    const alice = account.user("alice", everything);
    const bob = account.user("bob");
    const keys: Record<string, object[]> = {
      closed: [{ Effect: "Allow", Principal: { AWS: bob.arn }, Action: "kms:*", Resource: "*" }],
      delegating: [{ Effect: "Allow", Principal: { AWS: accountId }, Action: "kms:*", Resource: "*" }],
    };
    account.access.describeResources("kms", (arn) => {
      const statements = keys[arn.slice(arn.indexOf("/") + 1)];
      return statements && { policy: document(statements) };
    });
    const decrypt = (name: string) => ({
      action: "kms:Decrypt",
      resource: `arn:aws:kms:us-east-1:${accountId}:key/${name}`,
    });
    assert.match(
      account.as(alice).decide(decrypt("closed")).message,
      /no resource-based policy allows the kms:Decrypt/,
    );
    account.as(bob).demand(decrypt("closed"));
    account.as(alice).demand(decrypt("delegating"));
    assert.equal(account.as(bob).decide(decrypt("delegating")).allowed, false);
  });

  it("stay within a boundary, and within one that has gone", () => {
    using account = openTestAccount();
    const boundary = done(
      account.access.policies.create({
        name: "Edge",
        path: "/",
        document: document([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]),
        description: undefined,
        tags: {},
      }),
    );
    const authority = account.as(account.user("alice", everything));
    assert.equal(account.access.users.setBoundary("alice", boundary.arn), undefined);
    authority.demand(readData);
    const { message } = authority.decide({ action: "ec2:CreateVpc", resource: "*" });
    assert.match(message, /because no permissions boundary allows the ec2:CreateVpc action$/);
    assert.equal(account.access.policies.remove(boundary.arn)?.reason, "delete-conflict");
  });

  it("see tags of principals and of roles that they are about", () => {
    using account = openTestAccount();
    const Condition = { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } };
    const alice = account.user("alice", { ...everything, Condition });
    const resource = account.role("Trainer", trustSageMaker);
    const ask = () => account.as(alice).decide({ action: "iam:PassRole", resource }).allowed;
    assert.equal(ask(), false);
    account.access.users.tag("alice", { team: "risk" });
    assert.equal(ask(), false);
    account.access.roles.tag("Trainer", { Team: "risk" });
    assert.equal(ask(), true);
    account.access.roles.untag("Trainer", ["TEAM"]);
    assert.equal(ask(), false);
  });
});

describe("passing a role", () => {
  const allowPass = (Resource: string) => ({
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource,
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  });
  const service = "sagemaker.amazonaws.com";

  it("needs the caller's permission for this role and this service, and the role's trust", () => {
    using account = openTestAccount();
    const trainer = account.role("Trainer", trustSageMaker);
    const other = account.role("Other", { Service: "ec2.amazonaws.com" });
    const authority = account.as(account.user("alice", allowPass(`arn:aws:iam::${accountId}:role/*`)));
    const pass = (roleArn: string, to = service) => {
      const outcome = account.access.passRole({ authority, roleArn, service: to });
      return outcome.kind === "passed" ? "passed" : outcome.reason;
    };
    assert.equal(pass(trainer), "passed");
    assert.equal(pass(trainer, "ec2.amazonaws.com"), "access-denied");
    assert.equal(pass(other), "trust-refuses");
    assert.equal(pass(`arn:aws:iam::${accountId}:role/Missing`), "no-such-role");
    assert.equal(pass("arn:aws:iam::444455556666:role/Trainer"), "access-denied");
  });

  it("is refused once the permission is taken away", () => {
    using account = openTestAccount();
    const roleArn = account.role("Trainer", trustSageMaker);
    const authority = account.as(account.user("alice", allowPass(roleArn)));
    assert.equal(account.access.passRole({ authority, roleArn, service }).kind, "passed");
    account.access.policies.removeInline({ kind: "user", name: "alice" }, "alicePolicy");
    const outcome = account.access.passRole({ authority, roleArn, service });
    assert(outcome.kind === "refused");
    assert.match(outcome.message, /is not authorized to perform: iam:PassRole on resource: .*role\/Trainer/);
  });

  it("stays within the account", () => {
    using account = openTestAccount();
    const authority = account.as(account.user("alice", everything));
    const outcome = account.access.passRole({ authority, roleArn: "arn:aws:iam::444455556666:role/Trainer", service });
    assert.equal(outcome.kind, "refused");
  });
});
