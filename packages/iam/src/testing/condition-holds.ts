import assert from "node:assert/strict";
import { compilePolicy, contextOf, decide } from "../index.ts";

/**
 * Does a `Condition` block hold in a context? An Allow and a Deny statement under it tell apart true, false
 * and unknown, which counts for a Deny and against an Allow.
 */
export function conditionHolds(
  Condition: unknown,
  context: Readonly<Record<string, string | readonly string[]>>,
): boolean | "unknown" {
  const matches = (Effect: "Allow" | "Deny") => {
    const document = { Version: "2012-10-17", Statement: [{ Effect, Action: "*", Resource: "*", Condition }] };
    const { policy, faults } = compilePolicy(JSON.stringify(document), "identity");
    assert.deepEqual(faults, []);
    const { outcome } = decide(
      {
        principal: { kind: "user", arn: "arn:aws:iam::111122223333:user/alice", accountId: "111122223333" },
        action: "s3:GetObject",
        resource: "arn:aws:s3:::data/a",
        resourceAccountId: "111122223333",
        context: contextOf(context),
      },
      { identity: [{ name: "policy", policy }] },
    );
    return outcome === "allowed" || outcome === "explicit-deny";
  };
  const allows = matches("Allow");
  const denies = matches("Deny");
  if (allows === denies) return allows;
  assert(denies, "an Allow must not match where a Deny does not");
  return "unknown";
}
