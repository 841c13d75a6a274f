import assert from "node:assert/strict";
import { it } from "node:test";
import { compilePolicy, contextOf, decide, type NamedPolicy, type PolicyUse, type Requester } from "./index.ts";
import { naiveDecision, type NaivePolicy, type NaiveRequest } from "./testing/naive-evaluator.ts";
import { RandomCases } from "./testing/random-case.ts";

const rounds = 20_000;
const outcomes = { allowed: "allowed", "explicit-deny": "explicit", "implicit-deny": "implicit" } as const;

it(`decides ${rounds} random cases as the naive evaluator does`, () => {
  const random = new RandomCases(20_261);
  const seen = { allowed: 0, explicit: 0, implicit: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const asked = random.request();
    const policies = random.policies();
    const verdict = decide(
      {
        principal: requesterOf(asked),
        action: asked.action,
        resource: asked.resource,
        resourceAccountId: asked.ownerAccount,
        context: contextOf(asked.context),
      },
      {
        identity: policies.identity.map((policy) => compiled(policy, "identity")),
        boundary: policies.boundary && compiled(policies.boundary, "identity"),
        session: policies.session && [compiled(policies.session, "identity")],
        resource: policies.resource && compiled(policies.resource, "resource"),
        resourceIsAuthoritative: policies.authoritative,
      },
    );
    const expected = naiveDecision(asked, policies);
    assert.equal(outcomes[verdict.outcome], expected, JSON.stringify({ asked, policies }, undefined, 1));
    seen[expected] += 1;
  }
  // The cases are worth something only where every outcome is frequent.
  for (const count of Object.values(seen)) assert(count > rounds / 10, JSON.stringify(seen));
});

function requesterOf({ arn, roleArn, account: accountId }: NaiveRequest): Requester {
  if (roleArn !== undefined) return { kind: "role-session", arn, roleArn, accountId };
  return { kind: arn.endsWith(":root") ? "root" : "user", arn, accountId };
}

function compiled(Statement: NaivePolicy, use: PolicyUse): NamedPolicy {
  const { policy, faults } = compilePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), use);
  assert.deepEqual(faults, []);
  return { name: "policy", policy };
}
