import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { TurnableClock } from "../../../platform/index.ts";
import { allowing, refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

const clock = new TurnableClock(new Date("2026-11-24T10:00:00Z"));
const dayMs = 86_400_000;
const inDays = (days: number) => new Date(clock.now().getTime() + days * dayMs);
let world: S3World;
let admin: S3Client;
const Bucket = "locked-things";

before(async () => {
  world = await openS3World(clock);
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  await admin.send(new s3.CreateBucketCommand({ Bucket: "plain-things" }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

async function put(Key: string, more: Partial<s3.PutObjectCommandInput> = {}): Promise<string> {
  const { VersionId } = await admin.send(new s3.PutObjectCommand({ Bucket, Key, Body: "x", ...more }));
  return VersionId ?? "";
}
const remove = (Key: string, VersionId: string, BypassGovernanceRetention?: boolean, by = admin) =>
  by.send(
    new s3.DeleteObjectCommand({
      Bucket,
      Key,
      VersionId,
      ...(BypassGovernanceRetention === undefined ? {} : { BypassGovernanceRetention }),
    }),
  );
const retain = (Key: string, Retention: s3.ObjectLockRetention, BypassGovernanceRetention = false, by = admin) =>
  by.send(
    new s3.PutObjectRetentionCommand({
      Bucket,
      Key,
      Retention,
      ...(BypassGovernanceRetention ? { BypassGovernanceRetention } : {}),
    }),
  );
const hold = (Key: string, Status: string) =>
  admin.send(new s3.PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status: Status as "ON" } }));
const configure = (bucket: string, rule?: s3.DefaultRetention, ObjectLockEnabled = "Enabled") =>
  admin.send(
    new s3.PutObjectLockConfigurationCommand({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: ObjectLockEnabled as "Enabled",
        ...(rule === undefined ? {} : { Rule: { DefaultRetention: rule } }),
      },
    }),
  );

test("a bucket that locks: made so or become so, versioned for good", async () => {
  const versioning = await admin.send(new s3.GetBucketVersioningCommand({ Bucket }));
  assert.equal(versioning.Status, "Enabled");
  const VersioningConfiguration = { Status: "Suspended" } as const;
  const suspend = new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration });
  await refused(admin.send(suspend), "InvalidBucketState", 409);
  const found = await admin.send(new s3.GetObjectLockConfigurationCommand({ Bucket }));
  assert.deepEqual(found.ObjectLockConfiguration, { ObjectLockEnabled: "Enabled" });
  const plain = "plain-things";
  const none = new s3.GetObjectLockConfigurationCommand({ Bucket: plain });
  await refused(admin.send(none), "ObjectLockConfigurationNotFoundError", 404);
  await refused(configure(plain), "InvalidBucketState", 409);
  await admin.send(new s3.PutObjectCommand({ Bucket: plain, Key: "k", Body: "x" }));
  const name = { Bucket: plain, Key: "k" };
  const onHold = { ...name, ObjectLockLegalHoldStatus: "ON" } as const;
  for (const asked of [
    () => admin.send(new s3.GetObjectRetentionCommand(name)),
    () => admin.send(new s3.GetObjectLegalHoldCommand(name)),
    () => admin.send(new s3.PutObjectLegalHoldCommand({ ...name, LegalHold: { Status: "ON" } })),
    () => admin.send(new s3.PutObjectCommand({ ...onHold, Body: "x" })),
    () => admin.send(new s3.CreateMultipartUploadCommand(onHold)),
  ]) {
    await refused(asked(), "InvalidRequest", 400);
  }
  const wrongRules: [s3.DefaultRetention, string][] = [
    [{ Mode: "GOVERNANCE", Days: 1, Years: 1 }, "MalformedXML"],
    [{ Mode: "GOVERNANCE" }, "MalformedXML"],
    [{ Mode: "governance" as "GOVERNANCE", Days: 1 }, "MalformedXML"],
    [{ Mode: "GOVERNANCE", Days: 0 }, "InvalidArgument"],
    [{ Mode: "GOVERNANCE", Days: 36_501 }, "InvalidArgument"],
    [{ Mode: "GOVERNANCE", Years: 101 }, "InvalidArgument"],
  ];
  for (const [rule, code] of wrongRules) await refused(configure(Bucket, rule), code, 400);
  await refused(configure(Bucket, undefined, "Disabled"), "MalformedXML", 400);
  await refused(configure("nowhere-at-all"), "NoSuchBucket", 404);
});

test("compliance is kept from everybody until its time, and only ever longer", async () => {
  const version = await put("compliant", { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: inDays(10) });
  await refused(remove("compliant", version), "AccessDenied", 403);
  await refused(remove("compliant", version, true), "AccessDenied", 403);
  const shorter = { Mode: "COMPLIANCE", RetainUntilDate: inDays(9) } as const;
  await refused(retain("compliant", shorter, true), "AccessDenied", 403);
  await refused(retain("compliant", { Mode: "GOVERNANCE", RetainUntilDate: inDays(20) }, true), "AccessDenied", 403);
  await refused(retain("compliant", {}, true), "AccessDenied", 403);
  await retain("compliant", { Mode: "COMPLIANCE", RetainUntilDate: inDays(11) });
  clock.advance(10.5 * dayMs);
  await refused(remove("compliant", version), "AccessDenied", 403);
  clock.advance(dayMs);
  await remove("compliant", version);
});

test("governance is lifted by who may bypass it and says so", async () => {
  const version = await put("governed", { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(10) });
  await refused(remove("governed", version), "AccessDenied", 403);
  await refused(retain("governed", { Mode: "GOVERNANCE", RetainUntilDate: inDays(1) }), "AccessDenied", 403);
  await refused(retain("governed", { Mode: "COMPLIANCE", RetainUntilDate: inDays(10) }), "AccessDenied", 403);
  const without = world.userWith("no-bypass", allowing(["s3:DeleteObjectVersion", "s3:PutObjectRetention"]));
  await refused(remove("governed", version, true, without), "AccessDenied", 403);
  const shorter = { Mode: "GOVERNANCE", RetainUntilDate: inDays(5) } as const;
  await refused(retain("governed", shorter, true, without), "AccessDenied", 403);
  await retain("governed", { Mode: "GOVERNANCE", RetainUntilDate: inDays(12) }, false, without);
  await retain("governed", shorter, true);
  const Objects = [{ Key: "governed", VersionId: version }];
  const batch = { Bucket, Delete: { Objects } };
  const kept = await admin.send(new s3.DeleteObjectsCommand(batch));
  assert.deepEqual([kept.Deleted ?? [], kept.Errors?.map(({ Code }) => Code)], [[], ["AccessDenied"]]);
  const denied = await without.send(new s3.DeleteObjectsCommand({ ...batch, BypassGovernanceRetention: true }));
  assert.deepEqual(
    denied.Errors?.map(({ Code }) => Code),
    ["AccessDenied"],
  );
  const gone = await admin.send(new s3.DeleteObjectsCommand({ ...batch, BypassGovernanceRetention: true }));
  assert.deepEqual(gone.Deleted, [{ Key: "governed", VersionId: version }]);
});

test("a legal hold has no end and no bypass; a delete without a version only hides", async () => {
  const version = await put("held", { ObjectLockLegalHoldStatus: "ON" });
  clock.advance(1000 * dayMs);
  await refused(remove("held", version, true), "AccessDenied", 403);
  await admin.send(new s3.DeleteObjectTaggingCommand({ Bucket, Key: "held" }));
  await refused(remove("held", version, true), "AccessDenied", 403);
  const marker = await admin.send(new s3.DeleteObjectCommand({ Bucket, Key: "held" }));
  await remove("held", marker.VersionId ?? "");
  const found = await admin.send(new s3.GetObjectLegalHoldCommand({ Bucket, Key: "held" }));
  assert.equal(found.LegalHold?.Status, "ON");
  await hold("held", "OFF");
  await refused(hold("held", "MAYBE"), "MalformedXML", 400);
  await remove("held", version);
});

test("a write without a lock takes the bucket's default, parts and copies too", async () => {
  await put("source");
  await configure(Bucket, { Mode: "GOVERNANCE", Days: 3 });
  const found = await admin.send(new s3.GetObjectLockConfigurationCommand({ Bucket }));
  assert.deepEqual(found.ObjectLockConfiguration?.Rule, { DefaultRetention: { Mode: "GOVERNANCE", Days: 3 } });
  await put("by-default");
  await put("own", { ObjectLockMode: "COMPLIANCE", ObjectLockRetainUntilDate: inDays(1) });
  await admin.send(new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/own` }));
  const { UploadId } = await admin.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
  clock.advance(dayMs / 2);
  const name = { Bucket, Key: "parts", UploadId };
  const { ETag } = await admin.send(new s3.UploadPartCommand({ ...name, PartNumber: 1, Body: "x" }));
  await admin.send(
    new s3.CompleteMultipartUploadCommand({ ...name, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }),
  );
  const lockOf = async (Key: string) => {
    const head = await admin.send(new s3.HeadObjectCommand({ Bucket, Key }));
    return [head.ObjectLockMode, head.ObjectLockRetainUntilDate?.getTime()];
  };
  assert.deepEqual(await lockOf("by-default"), ["GOVERNANCE", inDays(2.5).getTime()]);
  assert.deepEqual(await lockOf("own"), ["COMPLIANCE", inDays(0.5).getTime()]);
  assert.deepEqual(await lockOf("copy"), ["GOVERNANCE", inDays(2.5).getTime()]);
  assert.deepEqual(await lockOf("parts"), ["GOVERNANCE", inDays(3).getTime()], "counted from the completion");
  await configure(Bucket, { Mode: "COMPLIANCE", Years: 2 });
  await put("years");
  const end = new Date(clock.now());
  end.setUTCFullYear(end.getUTCFullYear() + 2);
  assert.deepEqual(await lockOf("years"), ["COMPLIANCE", end.getTime()]);
  await configure(Bucket);
  await put("unlocked-again");
  const none = new s3.GetObjectRetentionCommand({ Bucket, Key: "unlocked-again" });
  await refused(admin.send(none), "NoSuchObjectLockConfiguration", 404);
  const noHold = new s3.GetObjectLegalHoldCommand({ Bucket, Key: "unlocked-again" });
  await refused(admin.send(noHold), "NoSuchObjectLockConfiguration", 404);
});

test("what a lock must say", async () => {
  await refused(put("wrong", { ObjectLockMode: "GOVERNANCE" }), "InvalidArgument", 400);
  await refused(put("wrong", { ObjectLockRetainUntilDate: inDays(1) }), "InvalidArgument", 400);
  const past = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(-1) } as const;
  await refused(put("wrong", past), "InvalidArgument", 400);
  await refused(put("wrong", { ...past, ObjectLockMode: "FOREVER" as "GOVERNANCE" }), "InvalidArgument", 400);
  await refused(put("wrong", { ObjectLockLegalHoldStatus: "PERHAPS" as "ON" }), "InvalidArgument", 400);
  await put("right");
  await refused(retain("right", { Mode: "GOVERNANCE", RetainUntilDate: inDays(-1) }), "InvalidArgument", 400);
  await refused(retain("right", { Mode: "GOVERNANCE" }), "MalformedXML", 400);
  await refused(retain("right", { Mode: "X" as "GOVERNANCE", RetainUntilDate: inDays(1) }), "MalformedXML", 400);
  await refused(retain("missing", { Mode: "GOVERNANCE", RetainUntilDate: inDays(1) }), "NoSuchKey", 404);
});

test("policies see the lock that is asked for, and readers only what they may", async () => {
  const actions = ["s3:PutObject", "s3:PutObjectRetention", "s3:PutObjectLegalHold", "s3:GetObject"];
  const Condition = { NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "30" } };
  const deny = { Effect: "Deny", Action: "s3:*", Resource: "*", Condition };
  const modes = { StringNotEqualsIfExists: { "s3:object-lock-mode": "GOVERNANCE" } };
  const denyMode = { Effect: "Deny", Action: "s3:*", Resource: "*", Condition: modes };
  const bounded = world.userWith("bounded", allowing(actions, undefined, [deny]));
  const one = (Key: string, days: number, ObjectLockMode: "GOVERNANCE" | "COMPLIANCE") =>
    new s3.PutObjectCommand({ Bucket, Key, Body: "x", ObjectLockMode, ObjectLockRetainUntilDate: inDays(days) });
  await bounded.send(one("bounded", 30, "COMPLIANCE"));
  await refused(bounded.send(one("bounded", 31, "COMPLIANCE")), "AccessDenied", 403);
  await refused(retain("bounded", { Mode: "COMPLIANCE", RetainUntilDate: inDays(31) }, false, bounded), "AccessDenied");
  const governing = world.userWith("governing", allowing(actions, undefined, [denyMode]));
  await governing.send(one("governing", 1, "GOVERNANCE"));
  await refused(governing.send(one("governing", 1, "COMPLIANCE")), "AccessDenied", 403);
  const plain = world.userWith("plain-writer", allowing(["s3:PutObject", "s3:GetObject"]));
  await refused(plain.send(one("plain", 1, "GOVERNANCE")), "AccessDenied", 403);
  const holding = new s3.PutObjectCommand({ Bucket, Key: "plain", Body: "x", ObjectLockLegalHoldStatus: "ON" });
  await refused(plain.send(holding), "AccessDenied", 403);
  const unseen = await plain.send(new s3.HeadObjectCommand({ Bucket, Key: "bounded" }));
  assert.equal(unseen.ObjectLockMode, undefined);
  const maker = world.userWith("maker", allowing(["s3:CreateBucket"]));
  const locking = new s3.CreateBucketCommand({ Bucket: "of-the-maker", ObjectLockEnabledForBucket: true });
  await refused(maker.send(locking), "AccessDenied", 403);
});

test("a lock that cannot be read keeps its object", async () => {
  const version = await put("damaged", { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: inDays(1) });
  for (const lock of ['{"retention":{"mode":"GOVERNANCE"}}', '{"retention":7}', '"x"', '{"legalHold":"no"}']) {
    world.place.db.run(
      "UPDATE object_version SET description = json_set(description, '$.lock', json(?)) WHERE version_id = ?",
      lock,
      version,
    );
    clock.advance(1000 * dayMs);
    await refused(remove("damaged", version, true), "AccessDenied", 403);
    await refused(retain("damaged", {}, true), "AccessDenied", 403);
    await refused(hold("damaged", "OFF"), "AccessDenied", 403);
    await refused(admin.send(new s3.GetObjectRetentionCommand({ Bucket, Key: "damaged" })), "InternalError", 500);
  }
});
