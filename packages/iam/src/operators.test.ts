import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compilePolicy, contextOf, decide, operatorSpellings } from "./index.ts";

/**
 * Every spelling of every operator against a missing key, one value and several. What is expected is
 * stated here from AWS's documentation, not taken from the operators' table: for each base name one
 * value of a policy, a request value that satisfies the operator and one that does not.
 */
const bases: readonly (readonly [name: string, policyValue: string, satisfying: string, failing: string])[] = [
  ["StringEquals", "risk", "risk", "Risk"],
  ["StringNotEquals", "risk", "Risk", "risk"],
  ["StringEqualsIgnoreCase", "risk", "RISK", "ops"],
  ["StringNotEqualsIgnoreCase", "risk", "ops", "RISK"],
  ["StringLike", "ri*", "risk", "ops"],
  ["StringNotLike", "ri*", "ops", "risk"],
  ["NumericEquals", "10", "10.0", "11"],
  ["NumericNotEquals", "10", "11", "10.0"],
  ["NumericLessThan", "10", "9", "10"],
  ["NumericLessThanEquals", "10", "10", "11"],
  ["NumericGreaterThan", "10", "11", "10"],
  ["NumericGreaterThanEquals", "10", "10", "9"],
  ["DateEquals", "2026-01-01T00:00:00Z", "1767225600", "1767225601"],
  ["DateNotEquals", "2026-01-01T00:00:00Z", "1767225601", "1767225600"],
  ["DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31", "2026-01-01"],
  ["DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01", "2026-01-02"],
  ["DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-02", "2026-01-01"],
  ["DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2026-01-01", "2025-12-31"],
  ["Bool", "true", "True", "false"],
  ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", "QmluYXJ4"],
  ["IpAddress", "203.0.113.0/24", "203.0.113.9", "203.0.114.9"],
  ["NotIpAddress", "203.0.113.0/24", "203.0.114.9", "203.0.113.9"],
  ["ArnEquals", "arn:aws:iam::*:role/a*", "arn:aws:iam::1:role/ab", "arn:aws:iam::1:role/b"],
  ["ArnNotEquals", "arn:aws:iam::*:role/a*", "arn:aws:iam::1:role/b", "arn:aws:iam::1:role/ab"],
  ["ArnLike", "arn:aws:iam::*:role/a*", "arn:aws:iam::1:role/ab", "arn:aws:iam::1:role/b"],
  ["ArnNotLike", "arn:aws:iam::*:role/a*", "arn:aws:iam::1:role/b", "arn:aws:iam::1:role/ab"],
];
const negated = /Not/;

type Expected = boolean | "unknown";

describe("the condition operators", () => {
  it("are 159 spellings", () => {
    const expected = bases.flatMap(([name]) =>
      ["", "ForAllValues:", "ForAnyValue:"].flatMap((quantifier) => [
        `${quantifier}${name}`,
        `${quantifier}${name}IfExists`,
      ]),
    );
    expected.push("Null", "ForAllValues:Null", "ForAnyValue:Null");
    assert.equal(expected.length, 159);
    assert.deepEqual([...operatorSpellings].sort(), expected.sort());
  });

  for (const [name, policyValue, satisfying, failing] of bases) {
    for (const ifExists of ["", "IfExists"]) {
      const isNegated = negated.test(name);
      const rows: [string, missing: Expected, bothMeet: Expected, oneMeets: Expected, noneMeets: Expected][] = [
        // Several values under an operator for one value cannot be told, whatever they are.
        [`${name}${ifExists}`, ifExists !== "" || isNegated, "unknown", "unknown", "unknown"],
        [`ForAllValues:${name}${ifExists}`, true, true, false, false],
        [`ForAnyValue:${name}${ifExists}`, ifExists !== "", true, true, false],
      ];
      for (const [spelling, missing, bothMeet, oneMeets, noneMeets] of rows) {
        it(spelling, () => {
          const check = (context: Record<string, string[]>, expected: Expected, what: string) =>
            assert.equal(holds(spelling, policyValue, context), expected, what);
          check({}, missing, "a missing key");
          check({ "a:x": [] }, missing, "an empty list");
          check({ "a:x": [satisfying] }, true, "one value that meets it");
          check({ "a:x": [failing] }, false, "one value that does not");
          check({ "a:x": [satisfying, satisfying] }, bothMeet, "two values that meet it");
          check({ "a:x": [satisfying, failing] }, oneMeets, "one of two values meets it");
          check({ "a:x": [failing, failing] }, noneMeets, "none of two values meets it");
          // Names of operators are not case-sensitive.
          assert.equal(holds(spelling.toUpperCase(), policyValue, { "a:x": [satisfying] }), true);
        });
      }
    }
  }

  for (const spelling of ["Null", "ForAllValues:Null", "ForAnyValue:Null"]) {
    it(spelling, () => {
      for (const [context, isAbsent] of [
        [{}, true],
        [{ "a:x": [] }, true],
        [{ "a:x": ["1"] }, false],
        [{ "a:x": ["1", "2"] }, false],
      ] as const) {
        assert.equal(holds(spelling, "true", context), isAbsent);
        assert.equal(holds(spelling, "false", context), !isAbsent);
      }
    });
  }
});

/** An Allow and a Deny statement under one condition tell apart true, false and unknown. */
function holds(operator: string, value: string, context: Record<string, readonly string[]>): Expected {
  const matches = (Effect: "Allow" | "Deny") => {
    const Condition = { [operator]: { "a:x": value } };
    const text = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect, Action: "*", Resource: "*", Condition },
    });
    const { policy, faults } = compilePolicy(text, "identity");
    assert.deepEqual(faults, []);
    const account = { arn: "arn:aws:iam::111122223333:user/alice", accountId: "111122223333" };
    const request = { action: "s3:GetObject", resource: "*", resourceAccountId: account.accountId };
    const { outcome } = decide(
      { ...request, principal: { kind: "user", ...account }, context: contextOf(context) },
      { identity: [{ name: "policy", policy }] },
    );
    return outcome !== "implicit-deny";
  };
  const allows = matches("Allow");
  return allows === matches("Deny") ? allows : "unknown";
}
