import assert from "node:assert/strict";
import { test } from "node:test";
import { document, done, openTestAccount } from "./testing/account.ts";
import type { VpcEndpointFacts } from "./vpc-endpoint-policies.ts";

const through = (vpceId: string) => ({ kind: "vpc", vpcId: "vpc-1", vpceId, vpcSourceIp: "10.0.0.9" }) as const;
const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const allow = (Action: string) => document([{ Effect: "Allow", Principal: "*", Action, Resource: "*" }]);
const push = { action: "codecommit:GitPush", resource: "arn:aws:codecommit:us-east-1:111122223333:project" };

test("an endpoint's policy is asked for its own service's actions, git's too, and what has gone lets nothing through", () => {
  using account = openTestAccount();
  const ada = account.user("ada", everything);
  const endpoints = new Map<string, VpcEndpointFacts>([
    ["vpce-git", { actionPrefixes: ["codecommit"], policy: allow("codecommit:GitPull") }],
    ["vpce-s3", { actionPrefixes: ["s3"], policy: allow("s3:GetObject") }],
    ["vpce-open", { actionPrefixes: ["codecommit"] }],
  ]);
  account.access.describeVpcEndpoints((vpceId) => endpoints.get(vpceId));
  const decided = (vpceId: string, permission: { action: string; resource: string }) =>
    account.as(ada, through(vpceId)).decide(permission);

  assert.equal(decided("vpce-git", { ...push, action: "codecommit:GitPull" }).allowed, true);
  const refused = decided("vpce-git", push);
  assert.equal(refused.allowed, false);
  assert.match(refused.message, /no VPC endpoint policy allows the codecommit:GitPush action/);
  assert.equal(decided("vpce-open", push).allowed, true, "without a policy everything is allowed");
  assert.equal(account.as(ada).decide(push).allowed, true, "the host's own port has no endpoint");

  // What S3 does at KMS on the way does not come through the endpoint of S3.
  const decrypt = { action: "kms:GenerateRandom", resource: "*" };
  assert.equal(account.as(ada, through("vpce-s3")).via("s3").decide(decrypt).allowed, true);
  assert.equal(
    decided("vpce-s3", { action: "iam:PassRole", resource: "arn:aws:iam::111122223333:role/r" }).allowed,
    true,
  );

  assert.equal(decided("vpce-gone", push).allowed, false, "an endpoint that is not there");
  endpoints.set("vpce-git", { actionPrefixes: ["codecommit"], policy: allow("codecommit:*") });
  assert.equal(decided("vpce-git", push).allowed, true, "a changed policy holds for the next decision");
  const bare = account.user("bare");
  assert.equal(account.as(bare, through("vpce-git")).decide(push).allowed, false, "it grants nothing by itself");
});

test("an endpoint's policy lets the user through that it was written for, and nobody of the same name", () => {
  using account = openTestAccount();
  account.user("ada", everything);
  const Principal = { AWS: "arn:aws:iam::111122223333:user/ada" };
  const written = document([{ Effect: "Allow", Principal, Action: "*", Resource: "*" }]);
  const bound = account.access.policyPrincipals.bound(written);
  assert.ok(bound.kind === "bound");
  account.access.describeVpcEndpoints(() => ({ actionPrefixes: ["codecommit"], policy: bound.document }));
  const ada = () => {
    const { arn, id: userId } = done(account.access.users.get("ada"));
    const principal = { kind: "user", arn, accountId: "111122223333", userId, userName: "ada" } as const;
    return account.as(principal, through("vpce-git")).decide(push).allowed;
  };
  assert.equal(ada(), true);
  account.access.policies.removeInline({ kind: "user", name: "ada" }, "adaPolicy");
  account.access.users.remove("ada");
  account.user("ada", everything);
  assert.equal(ada(), false);
});
