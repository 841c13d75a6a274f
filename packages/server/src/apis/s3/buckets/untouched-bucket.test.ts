import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { allowing, refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "untouched-things";
const nowhere = { Bucket: "nowhere-at-all" };

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
  await admin.send(new s3.PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const policyFor = (Condition?: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${Bucket}/*`,
        ...(Condition === undefined ? {} : { Condition }),
      },
    ],
  });

test("what was never set is answered as by an untouched bucket", async () => {
  const accelerate = await admin.send(new s3.GetBucketAccelerateConfigurationCommand({ Bucket }));
  assert.equal(accelerate.Status, undefined);
  assert.equal((await admin.send(new s3.GetBucketLoggingCommand({ Bucket }))).LoggingEnabled, undefined);
  assert.equal((await admin.send(new s3.GetBucketRequestPaymentCommand({ Bucket }))).Payer, "BucketOwner");
  const notifications = await admin.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket }));
  assert.equal(notifications.EventBridgeConfiguration, undefined);
  await refused(admin.send(new s3.GetBucketWebsiteCommand({ Bucket })), "NoSuchWebsiteConfiguration", 404);
  const lifecycle = new s3.GetBucketLifecycleConfigurationCommand({ Bucket });
  await refused(admin.send(lifecycle), "NoSuchLifecycleConfiguration", 404);
  const replication = new s3.GetBucketReplicationCommand({ Bucket });
  await refused(admin.send(replication), "ReplicationConfigurationNotFoundError", 404);
});

test("each of them asks for its permission, and for a bucket that is there", async () => {
  const stranger = world.userWith("prober", allowing(["s3:GetObject"]));
  const asked = (by: S3Client, where: { Bucket: string }): (() => Promise<unknown>)[] => [
    () => by.send(new s3.GetBucketAccelerateConfigurationCommand(where)),
    () => by.send(new s3.GetBucketLoggingCommand(where)),
    () => by.send(new s3.GetBucketRequestPaymentCommand(where)),
    () => by.send(new s3.GetBucketNotificationConfigurationCommand(where)),
    () => by.send(new s3.GetBucketWebsiteCommand(where)),
    () => by.send(new s3.GetBucketReplicationCommand(where)),
    () => by.send(new s3.GetBucketLifecycleConfigurationCommand(where)),
    () => by.send(new s3.GetBucketOwnershipControlsCommand(where)),
    () => by.send(new s3.GetBucketPolicyStatusCommand(where)),
    () => by.send(new s3.GetBucketAclCommand(where)),
    () => by.send(new s3.PutBucketAclCommand({ ...where, ACL: "private" })),
  ];
  for (const ask of asked(stranger, { Bucket })) await refused(ask(), "AccessDenied", 403);
  for (const ask of asked(admin, nowhere)) await refused(ask(), "NoSuchBucket", 404);
});

test("ownership is enforced: lists are read, and never set", async () => {
  const controls = (ObjectOwnership: s3.ObjectOwnership) =>
    admin.send(
      new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
    );
  await controls("BucketOwnerEnforced");
  await refused(controls("ObjectWriter"), "InvalidArgument", 400);
  await refused(controls("BucketOwnerPreferred"), "InvalidArgument", 400);
  const found = await admin.send(new s3.GetBucketOwnershipControlsCommand({ Bucket }));
  assert.deepEqual(found.OwnershipControls?.Rules, [{ ObjectOwnership: "BucketOwnerEnforced" }]);
  const ofBucket = await admin.send(new s3.GetBucketAclCommand({ Bucket }));
  const ofObject = await admin.send(new s3.GetObjectAclCommand({ Bucket, Key: "k" }));
  for (const { Owner, Grants } of [ofBucket, ofObject]) {
    const [grant, ...others] = Grants ?? [];
    assert.deepEqual([grant?.Permission, grant?.Grantee?.Type, others], ["FULL_CONTROL", "CanonicalUser", []]);
    assert.equal(grant?.Grantee?.ID, Owner?.ID);
  }
  const code = "AccessControlListNotSupported";
  await refused(admin.send(new s3.PutBucketAclCommand({ Bucket, ACL: "public-read" })), code, 400);
  const { Owner, Grants } = ofBucket;
  await refused(admin.send(new s3.PutBucketAclCommand({ Bucket, AccessControlPolicy: { Owner, Grants } })), code, 400);
  await refused(admin.send(new s3.PutBucketAclCommand({ Bucket, GrantRead: "id=1" })), code, 400);
  await refused(admin.send(new s3.PutObjectAclCommand({ Bucket, Key: "k", ACL: "public-read" })), code, 400);
  await refused(admin.send(new s3.GetObjectAclCommand({ Bucket, Key: "missing" })), "NoSuchKey", 404);
  const reader = world.userWith("acl-reader", allowing(["s3:GetObjectAcl"]));
  await reader.send(new s3.GetObjectAclCommand({ Bucket, Key: "k" }));
  await refused(reader.send(new s3.GetObjectAclCommand({ Bucket, Key: "k", VersionId: "null" })), "AccessDenied", 403);
});

test("a policy for everybody is told, and refused where public policies are blocked", async () => {
  const status = async () => (await admin.send(new s3.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic;
  const set = (Policy: string) => admin.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
  await refused(status(), "NoSuchBucketPolicy", 404);
  const narrowed = policyFor({ StringEquals: { "aws:SourceVpc": "vpc-1" } });
  await set(policyFor({ Bool: { "aws:SecureTransport": "true" } }));
  assert.equal(await status(), true);
  await set(narrowed);
  assert.equal(await status(), false);
  const PublicAccessBlockConfiguration = { BlockPublicPolicy: true, RestrictPublicBuckets: true };
  await admin.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  await refused(set(policyFor()), "AccessDenied", 403);
  await refused(set(policyFor({ Bool: { "aws:SecureTransport": "true" } })), "AccessDenied", 403);
  await set(narrowed);
});
