import assert from "node:assert/strict";
import { test } from "node:test";
import { isPublicPolicy } from "./public-policy.ts";

const allow = (more: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*", ...more },
  });
const everybody = (Condition: object) => allow({ Principal: "*", Condition });

test("an Allow for everybody is public, in each of its spellings", () => {
  for (const Principal of ["*", { AWS: "*" }, { AWS: ["arn:aws:iam::111122223333:root", "*"] }, { Federated: "*" }]) {
    assert.equal(isPublicPolicy(allow({ Principal })), true, JSON.stringify(Principal));
  }
  assert.equal(isPublicPolicy(allow({ NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } })), true);
});

test("a fixed principal, or a Deny, is not", () => {
  assert.equal(isPublicPolicy(allow({ Principal: { AWS: "arn:aws:iam::111122223333:root" } })), false);
  assert.equal(isPublicPolicy(allow({ Principal: { Service: "events.amazonaws.com" } })), false);
  assert.equal(isPublicPolicy(allow({ Effect: "Deny", Principal: "*" })), false);
});

test("fixed values of keys that say who asks narrow it", () => {
  const narrow = [
    { StringEquals: { "aws:SourceVpc": "vpc-1a2b" } },
    { StringEquals: { "AWS:SOURCEVPCE": ["vpce-1", "vpce-2"] } },
    { StringLike: { "aws:userid": "AROAEXAMPLEID:*" } },
    { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/reader" } },
    { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
    { IpAddress: { "aws:SourceIp": ["203.0.113.7", "2001:db8::/32"] } },
    { StringEquals: { "aws:PrincipalOrgID": "o-abcdefgh" }, Bool: { "aws:SecureTransport": "true" } },
  ];
  for (const condition of narrow) assert.equal(isPublicPolicy(everybody(condition)), false, JSON.stringify(condition));
});

test("anything else leaves it public", () => {
  const wide = [
    { Bool: { "aws:SecureTransport": "true" } },
    { StringLike: { "aws:SourceVpc": "vpc-*" } },
    { StringEquals: { "aws:SourceVpc": ["vpc-1", "${aws:PrincipalTag/vpc}"] } },
    { StringLike: { "aws:SourceVpce": ["vpce-1", "*"] } },
    { StringNotEquals: { "aws:SourceVpc": "vpc-1" } },
    { StringEqualsIfExists: { "aws:SourceVpc": "vpc-1" } },
    { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-1" } },
    { Null: { "aws:SourceVpc": "false" } },
    { IpAddress: { "aws:SourceIp": "0.0.0.0/1" } },
    { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "2000::/3"] } },
    { StringEquals: { "s3:ExistingObjectTag/public": "yes" } },
    { StringEquals: { "s3:x-amz-acl": "public-read" } },
  ];
  for (const condition of wide) assert.equal(isPublicPolicy(everybody(condition)), true, JSON.stringify(condition));
});
