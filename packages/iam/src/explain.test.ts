import assert from "node:assert/strict";
import { it } from "node:test";
import { compilePolicy, contextOf, decide, explain, type AccessRequest, type PolicySet } from "./index.ts";

const request: AccessRequest = {
  principal: { kind: "user", arn: "arn:aws:iam::111122223333:user/alice", accountId: "111122223333" },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::data/a.csv",
  resourceAccountId: "111122223333",
  context: contextOf({}),
};
const who = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3:GetObject";
const start = `${who} on resource: arn:aws:s3:::data/a.csv`;

function explained(policies: PolicySet) {
  return explain(request, decide(request, policies));
}

function policy(name: string, use: "identity" | "resource", ...Statement: object[]) {
  return { name, policy: compilePolicy(JSON.stringify({ Version: "2012-10-17", Statement }), use).policy };
}

it("says which kind of policy has no allow", () => {
  assert.deepEqual(explained({ identity: [] }), {
    message: `${start} because no identity-based policy allows the s3:GetObject action`,
    because: "no identity-based policy allows it",
  });
});

it("names the statement of an explicit deny", () => {
  const resource = policy("bucket policy of data", "resource", {
    Sid: "Closed",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: "*",
  });
  assert.deepEqual(explained({ identity: [], resource }), {
    message: `${start} with an explicit deny in a resource-based policy (bucket policy of data, statement Closed)`,
    because: "denied by resource-based policy bucket policy of data, statement Closed",
  });
});

it("names an allow that nearly fits, and the conditions that keep it from doing so", () => {
  const reads = policy("Reads", "identity", {
    Effect: "Allow",
    Action: "s3:Get*",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "true" }, StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
  });
  assert.equal(
    explained({ identity: [reads] }).because,
    "no identity-based policy allows it; Reads, statement #0 would, but for Bool aws:SecureTransport",
  );
});
