import assert from "node:assert/strict";
import { it } from "node:test";
import {
  compilePolicy,
  contextKeysOf,
  contextOf,
  trace,
  type AccessRequest,
  type PolicySet,
  type PolicyUse,
  type TraceStep,
} from "./index.ts";

const request: AccessRequest = {
  principal: { kind: "user", arn: "arn:aws:iam::111122223333:user/alice", accountId: "111122223333" },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::data/a.csv",
  resourceAccountId: "111122223333",
  context: contextOf({ "aws:SourceVpce": "vpce-2", "aws:PrincipalTag/team": ["risk", "ops"] }),
};
const everything = { Effect: "Allow", Action: "*", Resource: "*" };

function policy(name: string, use: PolicyUse, ...Statement: object[]) {
  return { name, policy: compilePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), use).policy };
}

/** The steps, which must be the same after a way through JSON. */
function steps(policies: PolicySet): readonly TraceStep[] {
  const told = trace(request, policies);
  assert.deepEqual(JSON.parse(JSON.stringify(told)), told);
  return told.steps;
}

it("tells for each statement which element keeps it from applying", () => {
  const told = steps({
    identity: [
      policy(
        "Many",
        "identity",
        { ...everything, Sid: "Action", Action: "s3:PutObject" },
        { ...everything, Sid: "Resource", Resource: "arn:aws:s3:::other/*" },
        { ...everything, Sid: "Fault", Condition: { StringMatches: { "a:x": "1" } } },
        {
          Sid: "Condition",
          Effect: "Allow",
          Action: ["ec2:*", "s3:Get*"],
          Resource: "arn:aws:s3:::data/*",
          ...inEndpoint,
        },
        { ...everything, Sid: "Fits" },
      ),
    ],
    resource: policy("bucket", "resource", { ...everything, Sid: "Bob", Principal: { AWS: "444455556666" } }),
  });
  const matched = { matchedAction: "*", matchedResource: "*" };
  assert.deepEqual(told, [
    {
      kind: "resource-based policy",
      conclusion: "not-asked",
      why: "inside the account it is not needed",
      policies: [
        {
          policy: "bucket",
          statements: [{ statement: "Bob", effect: "Allow", ...matched, applies: false, failed: "principal" }],
        },
      ],
    },
    {
      kind: "identity-based policy",
      conclusion: "allow",
      policies: [
        {
          policy: "Many",
          statements: [
            { statement: "Action", effect: "Allow", applies: false, failed: "action" },
            { statement: "Resource", effect: "Allow", applies: false, failed: "resource" },
            { statement: "Fault", effect: "Allow", faulty: true, applies: false, failed: "fault" },
            {
              statement: "Condition",
              effect: "Allow",
              matchedAction: "s3:Get*",
              matchedResource: "arn:aws:s3:::data/*",
              applies: false,
              failed: "condition",
              conditions: [
                {
                  operator: "StringEquals",
                  key: "aws:sourceVpce",
                  wanted: ["vpce-1", "vpce-3"],
                  present: ["vpce-2"],
                  held: false,
                },
              ],
            },
            { statement: "Fits", effect: "Allow", ...matched, applies: true },
          ],
        },
      ],
    },
  ]);
});

const inEndpoint = { Condition: { stringequals: { "aws:sourceVpce": ["vpce-1", "vpce-3"] } } };

it("says where a condition could not be told, and for what it counted", () => {
  const Condition = { StringEquals: { "aws:PrincipalTag/team": "risk" }, Null: { "aws:TagKeys": "false" } };
  const [, identity] = steps({ identity: [policy("One", "identity", { ...everything, Effect: "Deny", Condition })] });
  const conditions = identity?.policies[0]?.statements[0]?.conditions;
  assert.deepEqual(conditions, [
    {
      operator: "StringEquals",
      key: "aws:PrincipalTag/team",
      wanted: ["risk"],
      present: ["risk", "ops"],
      held: true,
      undecided: true,
    },
    { operator: "Null", key: "aws:TagKeys", wanted: ["false"], present: null, held: false },
  ]);
});

it("goes through every kind in AWS's order, each level of an organisation for itself", () => {
  const full = policy("Full", "identity", everything);
  const told = trace(request, {
    organization: [[full], [policy("OnlyEc2", "identity", { ...everything, Action: "ec2:*" })]],
    endpoint: policy("endpoint", "endpoint", { ...everything, Principal: "*" }),
    resource: policy("bucket", "resource", { ...everything, Principal: { AWS: request.principal.arn } }),
    identity: [],
    boundary: full,
    session: [full],
  });
  assert.deepEqual(
    told.steps.map(({ kind, level, conclusion }) => [kind, level, conclusion]),
    [
      ["service control policy", 0, "allow"],
      ["service control policy", 1, "no-allow"],
      ["VPC endpoint policy", undefined, "allow"],
      ["resource-based policy", undefined, "allow"],
      ["identity-based policy", undefined, "not-asked"],
      ["permissions boundary", undefined, "not-asked"],
      ["session policy", undefined, "allow"],
    ],
  );
  assert.equal(told.verdict.outcome, "implicit-deny");
  assert.match(told.explanation.message, /because no service control policy allows the s3:GetObject action$/);
});

it("a deny of a kind that is not asked for an allow is shown as what it is", () => {
  const root = { kind: "root", arn: "arn:aws:iam::111122223333:root", accountId: "111122223333" } as const;
  const denies = policy("bucket", "resource", { ...everything, Effect: "Deny", Principal: "*" });
  const told = trace({ ...request, principal: root }, { identity: [], resource: denies });
  assert.deepEqual(
    told.steps.map(({ conclusion }) => conclusion),
    ["explicit-deny", "not-asked"],
  );
});

it("names every condition key and variable of a policy once, as it is written", () => {
  const { policy: written } = policy(
    "One",
    "identity",
    { ...everything, Resource: "arn:aws:s3:::${aws:username}/${aws:PrincipalTag/team, 'none'}/${*}" },
    {
      ...everything,
      Condition: { StringLike: { "S3:prefix": ["${AWS:UserName}/*"] }, Bool: { "aws:SecureTransport": "true" } },
    },
  );
  assert.deepEqual(contextKeysOf(written), [
    "aws:username",
    "aws:PrincipalTag/team",
    "S3:prefix",
    "aws:SecureTransport",
  ]);
  const old = { Version: "2008-10-17", Statement: [{ ...everything, Resource: "arn:aws:s3:::${aws:username}/*" }] };
  assert.deepEqual(contextKeysOf(compilePolicy(JSON.stringify(old), "identity").policy), []);
});
