import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import { compilePolicy, contextOf, decide, type PolicySet } from "@strongroom/iam";
import { DecisionLog, type Decided } from "./decision-log.ts";
import { authorizationRecord } from "./decision-record.ts";
import { denialRecords } from "./denial-record.ts";
import { accountId, document, host, openTestAccount } from "./testing/account.ts";

const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

describe("what the trail keeps of decisions", () => {
  it("is one line for each that was allowed, and all steps of a denial", () => {
    using account = openTestAccount();
    const Condition = { StringEquals: { "aws:PrincipalTag/team": ["credit"] } };
    const alice = account.user(
      "alice",
      { Sid: "Reads", ...statement },
      { Sid: "Team", ...statement, Action: "s3:PutObject", Condition },
    );
    const log = new DecisionLog();
    const authority = account.access.authorityFor(alice, host, { secureTransport: true }, log);
    authority.demand({ action: "s3:GetObject", resource: "arn:aws:s3:::data/a" });
    authority.via("sagemaker").decide({ action: "s3:PutObject", resource: "arn:aws:s3:::data/b" });
    assert.deepEqual(authorizationRecord(log), {
      decisions: [
        {
          action: "s3:GetObject",
          resource: "arn:aws:s3:::data/a",
          outcome: "allowed",
          by: "identity-based policy",
          policy: "alicePolicy",
          statement: "Reads",
        },
        {
          action: "s3:PutObject",
          resource: "arn:aws:s3:::data/b",
          outcome: "implicit-deny",
          by: "identity-based policy",
        },
      ],
    });
    const [denial, ...more] = denialRecords(log);
    assert.deepEqual(more, []);
    assert.equal(denial?.principal, `arn:aws:iam::${accountId}:user/alice`);
    assert.match(denial.because, /^no identity-based policy allows it; alicePolicy, statement Team would, but for /);
    assert.deepEqual(denial.keys["aws:CalledVia"], ["sagemaker.amazonaws.com"]);
    assert.deepEqual(denial.keys["aws:username"], ["alice"]);
    const step = denial.steps.find(({ kind }) => kind === "identity-based policy");
    assert.equal(step?.conclusion, "no-allow");
    const [policy] = step.policies;
    assert.equal(policy?.aboutOtherActions, 1);
    assert.deepEqual(policy.statements, [
      {
        statement: "Team",
        effect: "Allow",
        applies: false,
        failed: "condition",
        matchedAction: "s3:PutObject",
        matchedResource: "*",
        conditions: [
          { operator: "StringEquals", key: "aws:PrincipalTag/team", wanted: ["credit"], present: null, held: false },
        ],
      },
    ]);
  });

  it("takes in what a service is asked in its own name for a caller", () => {
    using account = openTestAccount();
    const roleArn = account.role("Closed", { Service: "ec2.amazonaws.com" });
    const alice = account.user("alice", { Effect: "Allow", Action: "iam:PassRole", Resource: "*" });
    const log = new DecisionLog();
    const authority = account.access.authorityFor(alice, host, { secureTransport: true }, log);
    account.access.passRole({ authority, roleArn, service: "sagemaker.amazonaws.com" });
    assert.deepEqual(
      authorizationRecord(log)?.decisions.map(({ action, outcome, by }) => ({ action, outcome, by })),
      [
        { action: "iam:PassRole", outcome: "allowed", by: "identity-based policy" },
        { action: "sts:AssumeRole", outcome: "implicit-deny", by: "resource-based policy" },
      ],
    );
    assert.equal(denialRecords(log)[0]?.principal, "sagemaker.amazonaws.com");
  });

  it("stays small for a batch of a thousand keys, keeps its last denial and says what is left out", () => {
    using account = openTestAccount();
    const Resource = "arn:aws:s3:::data/allowed/*";
    const alice = account.user("alice", { Effect: "Allow", Action: "s3:DeleteObject", Resource });
    const log = new DecisionLog();
    const authority = account.access.authorityFor(alice, host, { secureTransport: true }, log);
    const name = (n: number) => `arn:aws:s3:::data/${n % 2 === 0 ? "allowed" : "denied"}/${n}-${"k".repeat(900)}`;
    for (let n = 0; n < 1000; n += 1) authority.decide({ action: "s3:DeleteObject", resource: name(n) });
    const authorization = authorizationRecord(log);
    const { decisions = [], leftOut } = authorization ?? {};
    assert.equal(decisions.length + (leftOut?.allowed ?? 0) + (leftOut?.denied ?? 0), 1000);
    assert.ok(
      decisions.some(({ resource }) => resource === name(999)),
      "the last denial is there",
    );
    const denials = denialRecords(log);
    assert.equal(denials[0]?.resource, name(999));
    const size = JSON.stringify({ authorization, denials }).length;
    assert.ok(size < 160_000, `${size} characters`);
  });

  it("shortens a denial whose policies are too long to keep", () => {
    const values = Array.from({ length: 15 }, (_, n) => `${n}-${"v".repeat(200)}`);
    const long = { Effect: "Allow", Action: "*", Resource: "*", Condition: { StringEquals: { "aws:userid": values } } };
    const { policy } = compilePolicy(document(Array.from({ length: 20 }, () => long)), "identity");
    const policies = { identity: Array.from({ length: 10 }, (_, n) => ({ name: `P${n}`, policy })) };
    const log = new DecisionLog();
    log.note(decidedWith(policies));
    const [denial] = denialRecords(log);
    assert.ok(denial !== undefined, "the denial is told in any case");
    assert.ok(JSON.stringify(denial).length <= 48 * 1024);
    assert.equal(denial.shortened, true);

    const fewer = new DecisionLog();
    fewer.note(decidedWith({ identity: policies.identity.slice(0, 1) }));
    const step = denialRecords(fewer)[0]?.steps.find(({ kind }) => kind === "identity-based policy");
    const condition = step?.policies[0]?.statements[0]?.conditions?.[0];
    assert.equal(condition?.wanted.length, 13);
    assert.equal(condition.wanted.at(-1), "… and 3 more");
  });
});

/** A denial of alice's under these policies. */
function decidedWith(policies: PolicySet): Decided {
  const permission = { action: "s3:GetObject", resource: "arn:aws:s3:::data/a" };
  const principal = { kind: "user", arn: `arn:aws:iam::${accountId}:user/alice`, accountId } as const;
  const request = { ...permission, principal, resourceAccountId: accountId, context: contextOf({}) };
  return { permission, asker: undefined, request, policies, verdict: decide(request, policies), keyNames: () => [] };
}
