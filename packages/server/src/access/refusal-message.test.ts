import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import {
  compilePolicy,
  contextOf,
  decide,
  type AccessRequest,
  type NamedPolicy,
  type PolicySet,
  type PolicyUse,
  type Requester,
} from "@strongroom/iam";
import { refusalMessage } from "./refusal-message.ts";

const accountId = "111122223333";
const alice: Requester = { kind: "user", arn: `arn:aws:iam::${accountId}:user/alice`, accountId };
const boundaryArn = `arn:aws:iam::${accountId}:policy/Boundary`;
const controlArn = `arn:aws:organizations::${accountId}:policy/o-a/service_control_policy/p-1`;

const policyOf = (name: string, use: PolicyUse, statement: object): NamedPolicy => ({
  name,
  policy: compilePolicy(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }), use).policy,
});
const all = { Action: "*", Resource: "*" };
const identity = (name: string, Effect: "Allow" | "Deny", Action = "*") =>
  policyOf(name, "identity", { ...all, Effect, Action });
const resource = (Effect: "Allow" | "Deny", Principal: unknown = "*", Action = "*") =>
  policyOf("policy of it", "resource", { ...all, Effect, Principal, Action });
const allows = [identity("allows", "Allow")];

function told(action: string, arn: string, policies: PolicySet, more: Partial<AccessRequest> = {}): string {
  const request = {
    principal: alice,
    action,
    resource: arn,
    resourceAccountId: accountId,
    context: contextOf({}),
    ...more,
  };
  const verdict = decide(request, policies);
  assert.notEqual(verdict.outcome, "allowed");
  return verdict.outcome === "allowed" ? "" : refusalMessage(request, verdict, policies);
}

const job = `arn:aws:sagemaker:us-east-1:${accountId}:training-job/a`;
const start = `User: ${alice.arn} is not authorized to perform: sagemaker:StopTrainingJob on resource: ${job}`;
const stop = (policies: PolicySet) => told("sagemaker:StopTrainingJob", job, policies);

describe("what a refusal says", () => {
  const implicit: readonly (readonly [kind: string, policies: PolicySet])[] = [
    ["service control policy", { identity: allows, organization: [[]] }],
    [
      "VPC endpoint policy",
      {
        identity: allows,
        endpoint: policyOf("vpce-1", "endpoint", { ...all, Effect: "Allow", Principal: "*", Action: "s3:*" }),
      },
    ],
    ["identity-based policy", { identity: [] }],
    ["permissions boundary", { identity: allows, boundary: identity(boundaryArn, "Allow", "s3:*") }],
    ["session policy", { identity: allows, session: [identity("session policy", "Allow", "s3:*")] }],
    [
      "resource-based policy",
      { identity: allows, resource: resource("Allow", "*", "s3:*"), resourceIsAuthoritative: true },
    ],
  ];
  for (const [kind, policies] of implicit) {
    it(`names the kind that has no allow: ${kind}`, () => {
      assert.equal(stop(policies), `${start} because no ${kind} allows the sagemaker:StopTrainingJob action`);
    });
  }

  const denied: readonly (readonly [said: string, policies: PolicySet])[] = [
    [`a service control policy: ${controlArn}`, { identity: allows, organization: [[identity(controlArn, "Deny")]] }],
    [`a permissions boundary: ${boundaryArn}`, { identity: allows, boundary: identity(boundaryArn, "Deny") }],
    [`an identity-based policy: ${boundaryArn}`, { identity: [...allows, identity(boundaryArn, "Deny")] }],
    ["an identity-based policy", { identity: [...allows, identity("an inline one", "Deny")] }],
    ["a session policy", { identity: allows, session: [identity("session policy", "Deny")] }],
    ["a resource-based policy", { identity: allows, resource: resource("Deny") }],
    [
      "a VPC endpoint policy",
      { identity: allows, endpoint: policyOf("vpce-1", "endpoint", { ...all, Effect: "Deny", Principal: "*" }) },
    ],
  ];
  for (const [said, policies] of denied) {
    it(`names what denies: ${said}`, () => {
      assert.equal(stop(policies), `${start} with an explicit deny in ${said}`);
    });
  }

  it("sets S3's resources in quotation marks, and leaves out what is no resource", () => {
    const who = `User: ${alice.arn} is not authorized to perform:`;
    const because = (action: string) => `because no identity-based policy allows the ${action} action`;
    const nothing = { identity: [] };
    assert.equal(
      told("s3:GetObject", "arn:aws:s3:::data/a", nothing),
      `${who} s3:GetObject on resource: "arn:aws:s3:::data/a" ${because("s3:GetObject")}`,
    );
    for (const [action, arn] of [
      ["s3:ListAllMyBuckets", "arn:aws:s3:::*"],
      ["ec2:DescribeVpcs", "*"],
    ] as const) {
      assert.equal(told(action, arn, nothing), `${who} ${action} ${because(action)}`);
    }
    assert.equal(told("kms:ListKeys", "*", nothing), `${who} kms:ListKeys on resource: * ${because("kms:ListKeys")}`);
  });

  it("tells who may not ask the same, whether the role or the key is there or not", () => {
    const roleArn = `arn:aws:iam::${accountId}:role/Closed`;
    const trust = policyOf("trust policy of Closed", "trust", {
      Effect: "Allow",
      Principal: { Service: "sagemaker.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const there = { resource: trust, resourceIsAuthoritative: true };
    const missing = { resource: undefined, resourceIsAuthoritative: true };
    for (const [policies, reason] of [
      [[], "because no identity-based policy allows the sts:AssumeRole action"],
      [allows, "because no role trust policy allows the sts:AssumeRole action"],
    ] as const) {
      const said = told("sts:AssumeRole", roleArn, { identity: policies, ...there });
      assert.equal(said, told("sts:AssumeRole", roleArn, { identity: policies, ...missing }));
      assert.equal(
        said,
        `User: ${alice.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn} ${reason}`,
      );
    }
    const key = `arn:aws:kms:us-east-1:${accountId}:key/1`;
    const closed = {
      resource: resource("Allow", { AWS: `arn:aws:iam::${accountId}:user/other` }),
      resourceIsAuthoritative: true,
    };
    assert.equal(told("kms:Decrypt", key, { identity: [], ...closed }), told("kms:Decrypt", key, { identity: [] }));
    assert.match(
      told("kms:Decrypt", key, { identity: allows, ...closed }),
      /because no resource-based policy allows the kms:Decrypt action$/,
    );
  });

  it("names the role's trust policy where it denies", () => {
    const statement = { Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" };
    const trust = { resource: policyOf("trust", "trust", statement), resourceIsAuthoritative: true };
    const said = told("sts:AssumeRole", `arn:aws:iam::${accountId}:role/Closed`, { identity: allows, ...trust });
    assert.match(said, /with an explicit deny in the role trust policy$/);
  });

  it("tells another account neither why nor whether anything is there", () => {
    const foreign = { resourceAccountId: "444455556666" };
    const deny = { identity: [identity(boundaryArn, "Deny")] };
    assert.equal(told("s3:GetObject", "arn:aws:s3:::theirs/a", deny, foreign), "Access Denied");
    const key = "arn:aws:kms:us-east-1:444455556666:key/1";
    assert.equal(
      told("kms:Decrypt", key, { identity: allows, resourceIsAuthoritative: true }, foreign),
      `User: ${alice.arn} is not authorized to perform: kms:Decrypt on resource: ${key} because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    );
    assert.match(
      told("sagemaker:StopTrainingJob", job, deny, foreign),
      /with an explicit deny in an identity-based policy$/,
    );
  });

  it("tells somebody who has no identity here nothing but that", () => {
    const principal: Requester = {
      kind: "web-identity",
      arn: `arn:aws:iam::${accountId}:oidc-provider/example.com`,
      accountId,
    };
    const trust = { identity: [], resource: undefined, resourceIsAuthoritative: true };
    const said = told("sts:AssumeRoleWithWebIdentity", `arn:aws:iam::${accountId}:role/A`, trust, { principal });
    assert.equal(said, "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  });
});
