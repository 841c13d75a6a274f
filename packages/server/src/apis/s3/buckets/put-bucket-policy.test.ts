import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { refused } from "../testing/refused.ts";
import { accountId } from "../testing/road.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "policed-things";
const object = { Bucket, Key: "k" };
const nothing = { Version: "2012-10-17", Statement: [] };

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  await admin.send(new s3.PutObjectCommand({ ...object, Body: "x" }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const policyWith = (statement: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*`, ...statement },
    ],
  });
const set = (Policy: string) => admin.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
const told = async () => (await admin.send(new s3.GetBucketPolicyCommand({ Bucket }))).Policy;

async function malformed(statement: object, message: string, Detail: string | undefined): Promise<void> {
  await assert.rejects(set(policyWith(statement)), (error: s3.S3ServiceException & { Detail?: string }) => {
    assert.deepEqual([error.name, error.message, error.Detail], ["MalformedPolicy", message, Detail]);
    assert.equal(error.$metadata.httpStatusCode, 400);
    return true;
  });
}

test("a policy lets in the user that it named, and nobody who is given that name later", async () => {
  const AWS = `arn:aws:iam::${accountId}:user/u5`;
  await malformed({ Principal: { AWS } }, "Invalid principal in policy", `"AWS" : "${AWS}"`);
  const first = world.userWith("u5", nothing);
  const policy = policyWith({ Principal: { AWS } });
  await set(policy);
  assert.equal(await told(), policy);
  await first.send(new s3.GetObjectCommand(object));
  removeUser("u5");
  assert.match((await told()) ?? "", /"AWS":"AIDA[A-Z2-7]{16}"/);
  const second = world.userWith("u5", nothing);
  await refused(second.send(new s3.GetObjectCommand(object)), "AccessDenied", 403);
  await set(policy);
  await second.send(new s3.GetObjectCommand(object));
});

test("a policy that can mean nothing is refused, and the one that is there stays", async () => {
  const policy = policyWith({});
  await set(policy);
  await malformed({ Action: "s3:Foo" }, "Policy has invalid action", "s3:Foo");
  const Condition = { StringEquals: { "s3:bogus": "x" } };
  await malformed({ Condition }, "Policy has an invalid condition key", "s3:bogus");
  const noResource = "Action does not apply to any resource(s) in statement";
  await malformed({ Action: "s3:ListBucket" }, noResource, undefined);
  const noCondition = "Conditions do not apply to combination of actions and resources in statement";
  await malformed({ Condition: { StringEquals: { "s3:prefix": "x" } } }, noCondition, "s3:prefix");
  await refused(set(JSON.stringify(nothing)), "MalformedPolicy", 400);
  assert.equal(await told(), policy);
});

test("what confirms that the caller locks itself out is refused, since nothing asks for it", async () => {
  const before = await told();
  const locking = policyWith({ Effect: "Deny", Action: "s3:PutBucketPolicy", Resource: `arn:aws:s3:::${Bucket}` });
  const confirmed = (ConfirmRemoveSelfBucketAccess: boolean, Policy: string) =>
    admin.send(new s3.PutBucketPolicyCommand({ Bucket, Policy, ConfirmRemoveSelfBucketAccess }));
  await refused(confirmed(true, locking), "NotImplemented", 501);
  assert.equal(await told(), before);
  await confirmed(false, policyWith({}));
  assert.equal(await told(), policyWith({}));
});

function removeUser(name: string): void {
  const { users, policies } = world.access;
  const keys = users.accessKeys(name);
  assert.ok(Array.isArray(keys));
  for (const { id } of keys as readonly { id: string }[]) assert.equal(users.removeAccessKey(name, id), undefined);
  policies.removeInline({ kind: "user", name }, "only");
  assert.equal(users.remove(name), undefined);
}
