import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketPolicyFault } from "./bucket-policy.ts";

const bucket = "arn:aws:s3:::b";
const objects = `${bucket}/*`;
const both = [bucket, objects];

const faultOf = (...statements: readonly object[]) => {
  const Statement = statements.map((statement) => ({ Effect: "Deny", Principal: "*", ...statement }));
  return bucketPolicyFault(JSON.stringify({ Version: "2012-10-17", Statement }), "b");
};
const equals = (key: string) => ({ StringEquals: { [key]: "x" } });

const invalidAction = "Policy has invalid action";
const invalidKey = "Policy has an invalid condition key";
const noResource = "Action does not apply to any resource(s) in statement";
const noCondition = "Conditions do not apply to combination of actions and resources in statement";

const refused: readonly [message: string, detail: string | undefined, statement: object][] = [
  [invalidAction, "s3:Foo", { Action: "s3:Foo", Resource: both }],
  [invalidAction, "s3:GetObjects", { Action: ["s3:GetObject", "s3:GetObjects"], Resource: both }],
  [invalidAction, "s3:Gett*", { Action: "s3:Gett*", Resource: both }],
  [invalidAction, "ec2:Run", { Action: ["s3:*", "ec2:Run"], Resource: both }],
  [invalidAction, "s3:DeleteObjct", { NotAction: "s3:DeleteObjct", Resource: both }],
  [invalidKey, "s3:bogus", { Action: "s3:*", Resource: both, Condition: equals("s3:bogus") }],
  [invalidKey, "s3:prefix/x", { Action: "s3:*", Resource: both, Condition: equals("s3:prefix/x") }],
  [invalidKey, "s3:ExistingObjectTag", { Action: "s3:*", Resource: both, Condition: equals("s3:ExistingObjectTag") }],
  [
    invalidKey,
    "s3:bogus",
    { Action: "s3:*", Resource: both, Condition: { ...equals("aws:x"), Null: { "s3:bogus": true } } },
  ],
  [noResource, undefined, { Action: "s3:ListBucket", Resource: objects }],
  [noResource, undefined, { Action: "s3:GetObject", Resource: bucket }],
  [noResource, undefined, { Action: ["s3:ListAllMyBuckets", "s3:CreateJob"], Resource: "*" }],
  [
    noResource,
    undefined,
    {
      NotAction: ["s3:*Object*", "s3:*Multipart*", "s3:*Replicat*", "s3:BypassGovernanceRetention"],
      Resource: `${bucket}/a`,
    },
  ],
  [noCondition, "s3:prefix", { Action: "s3:GetObject", Resource: both, Condition: equals("s3:prefix") }],
  [noCondition, "S3:Prefix", { Action: "s3:*", Resource: objects, Condition: equals("S3:Prefix") }],
  [
    noCondition,
    "s3:max-keys",
    { Action: "s3:Put*", Resource: both, Condition: { NumericLessThan: { "s3:max-keys": 9 } } },
  ],
  [
    noCondition,
    "s3:ExistingObjectTag/a",
    { Action: ["s3:PutObject", "s3:List*"], Resource: both, Condition: equals("s3:ExistingObjectTag/a") },
  ],
  [
    noCondition,
    "s3:RequestObjectTag/a",
    { Action: "s3:GetObject", Resource: both, Condition: equals("s3:RequestObjectTag/a") },
  ],
];

for (const [message, detail, statement] of refused) {
  test(`a statement that no request can meet is refused: ${JSON.stringify(statement)}`, () => {
    const fault = detail === undefined ? { message } : { message, detail };
    assert.deepEqual(faultOf(statement), fault);
    // The good ones beside it change nothing.
    assert.deepEqual(faultOf({ Action: "s3:*", Resource: both }, statement), fault);
  });
}

const taken: readonly object[] = [
  { Action: "s3:*", Resource: bucket },
  { Action: "s3:*", Resource: objects },
  { Action: "*", Resource: "*" },
  { Action: ["s3:GetObject", "s3:ListBucket"], Resource: objects },
  { Action: "S3:GETOBJECT", Resource: `${bucket}/\${aws:username}/*` },
  { Action: "s3:ListBucket*", Resource: `${bucket}*` },
  { Action: "s3:GetObject", NotResource: `${bucket}/open/*` },
  { NotAction: "s3:GetObject", Resource: both },
  // Actions of AWS's that are not served here.
  { Action: ["s3:GetObjectTorrent", "s3:ReplicateObject", "s3:RestoreObject"], Resource: objects },
  { Action: ["s3:PutBucketLogging", "s3:GetBucketLogging", "s3:PutReplicationConfiguration"], Resource: bucket },
  { Action: "s3:*", Resource: both, Condition: equals("s3:prefix") },
  { Action: ["s3:GetObject", "s3:ListBucket"], Resource: both, Condition: { StringLike: { "s3:prefix": "a/*" } } },
  { Action: "s3:GetObject", Resource: objects, Condition: equals("s3:ExistingObjectTag/a/b") },
  { Action: "s3:PutObject", Resource: objects, Condition: equals("s3:RequestObjectTag/a") },
  { Action: "s3:PutObject", Resource: objects, Condition: { Null: { "S3:X-Amz-Server-Side-Encryption": true } } },
  { Action: "s3:ListBucket", Resource: bucket, Condition: equals("s3:BucketTag/a") },
  { Action: "s3:GetObject", Resource: objects, Condition: { ...equals("aws:SourceVpce"), Bool: { "kms:any": true } } },
];

for (const statement of taken) {
  test(`a statement that has a meaning is taken: ${JSON.stringify(statement)}`, () => {
    assert.equal(faultOf(statement), undefined);
  });
}

test("a policy without a statement is refused", () => {
  assert.deepEqual(faultOf(), { message: "Could not parse the policy: Statement is empty!" });
});
