import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { LifecycleRule, S3Client } from "@aws-sdk/client-s3";
import { allowing, refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "things-that-end";

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const put = (Rules: LifecycleRule[], by = admin, of = Bucket) =>
  by.send(new s3.PutBucketLifecycleConfigurationCommand({ Bucket: of, LifecycleConfiguration: { Rules } }));
const get = (by = admin, of = Bucket) => by.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket: of }));
const remove = (by = admin, of = Bucket) => by.send(new s3.DeleteBucketLifecycleCommand({ Bucket: of }));

const rule = (over: Partial<LifecycleRule>): LifecycleRule => ({
  ID: "r",
  Status: "Enabled",
  Filter: {},
  Expiration: { Days: 1 },
  ...over,
});

/** The form of before there were filters. */
const prefixed = (Prefix: string): object => ({ Prefix });

async function refusedFor(rules: LifecycleRule[], name: string, message?: RegExp): Promise<void> {
  await assert.rejects(put(rules), (error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, name, error.message);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

test("a configuration is given back as it was put, in every form", async () => {
  const day = new Date("2027-01-01T00:00:00Z");
  const forms: LifecycleRule[][] = [
    [
      { ID: "documents", Status: "Enabled", Filter: { Prefix: "documents/" }, Expiration: { Days: 3650 } },
      { ID: "all", Status: "Disabled", Filter: {}, Expiration: { Date: day } },
      { ID: "one tag", Status: "Enabled", Filter: { Tag: { Key: "a", Value: "" } }, Expiration: { Days: 1 } },
      { ID: "large", Status: "Enabled", Filter: { ObjectSizeGreaterThan: 0 }, Expiration: { Days: 2 } },
      {
        ID: "several",
        Status: "Enabled",
        Filter: {
          And: {
            Prefix: "x/",
            Tags: [
              { Key: "a", Value: "1" },
              { Key: "b", Value: "2" },
            ],
            ObjectSizeGreaterThan: 10,
            ObjectSizeLessThan: 20,
          },
        },
        NoncurrentVersionExpiration: { NoncurrentDays: 3, NewerNoncurrentVersions: 100 },
      },
      {
        ID: "rest",
        Status: "Enabled",
        Filter: { Prefix: "" },
        Expiration: { ExpiredObjectDeleteMarker: true },
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ],
    [
      { ID: "rule1", Status: "Enabled", ...prefixed("test1/"), Expiration: { Days: 1 } },
      { ID: "rule2", Status: "Disabled", ...prefixed("test2/"), Expiration: { ExpiredObjectDeleteMarker: false } },
    ],
  ];
  for (const rules of forms) {
    assert.equal((await put(rules)).TransitionDefaultMinimumObjectSize, "all_storage_classes_128K");
    const told = await get();
    assert.deepEqual(told.Rules, rules);
    assert.equal(told.TransitionDefaultMinimumObjectSize, "all_storage_classes_128K");
  }
  const LifecycleConfiguration = { Rules: [rule({})] };
  const TransitionDefaultMinimumObjectSize = "varies_by_storage_class" as const;
  const other = { Bucket, LifecycleConfiguration, TransitionDefaultMinimumObjectSize };
  const answer = await admin.send(new s3.PutBucketLifecycleConfigurationCommand(other));
  assert.equal(answer.TransitionDefaultMinimumObjectSize, "varies_by_storage_class");
  assert.equal((await get()).TransitionDefaultMinimumObjectSize, "varies_by_storage_class");
  const unknown = { ...other, TransitionDefaultMinimumObjectSize: "value" as "varies_by_storage_class" };
  await refused(admin.send(new s3.PutBucketLifecycleConfigurationCommand(unknown)), "InvalidRequest", 400);
});

test("none is there before it was put and after it was deleted; deleting again is no fault", async () => {
  await remove();
  await refused(get(), "NoSuchLifecycleConfiguration", 404);
  await remove();
  await refused(put([rule({})], admin, "no-such-thing"), "NoSuchBucket", 404);
  await refused(get(admin, "no-such-thing"), "NoSuchBucket", 404);
  await refused(remove(admin, "no-such-thing"), "NoSuchBucket", 404);
});

test("a rule without an id gets one", async () => {
  const { ID, ...unnamed } = rule({});
  assert.equal(ID, "r");
  await put([unnamed, { ...unnamed, ID: "" }, rule({})]);
  const ids = ((await get()).Rules ?? []).map((one) => one.ID ?? "");
  assert.equal(new Set(ids).size, 3);
  assert.match(ids[0] ?? "", /^[A-Za-z0-9+/]{48}$/);
  assert.equal(ids[2], "r");
});

test("limits: rules, ids, status, and what a rule must have", async () => {
  await refusedFor([], "MalformedXML");
  const many = (count: number) => Array.from({ length: count }, (_, i) => rule({ ID: `r${i}` }));
  await put(many(1000));
  assert.equal((await get()).Rules?.length, 1000);
  await refusedFor(many(1001), "MalformedXML");
  await put([rule({ ID: "i".repeat(255) })]);
  await refusedFor([rule({ ID: "i".repeat(256) })], "InvalidArgument", /ID length should not exceed/);
  await refusedFor([rule({}), rule({})], "InvalidArgument", /Rule ID must be unique/);
  for (const Status of ["enabled", "disabled", "invalid"]) {
    await refusedFor([rule({ Status: Status as "Enabled" })], "MalformedXML");
  }
  const { Filter, ...bare } = rule({});
  assert.deepEqual(Filter, {});
  await refusedFor([bare], "MalformedXML");
  await refusedFor([rule(prefixed(""))], "MalformedXML");
  const { Expiration, ...idle } = rule({});
  assert.ok(Expiration !== undefined);
  await refusedFor([idle], "InvalidRequest", /At least one action/);
  const { LifecycleConfiguration, ...nothing } = { Bucket, LifecycleConfiguration: undefined };
  assert.equal(LifecycleConfiguration, undefined);
  await refused(admin.send(new s3.PutBucketLifecycleConfigurationCommand(nothing)), "MissingRequestBodyError", 400);
});

test("the two forms are not mixed, and prefixes of the old one do not overlap", async () => {
  const { Filter, ...bare } = rule({});
  assert.deepEqual(Filter, {});
  const old = (ID: string, Prefix: string, more: Partial<LifecycleRule> = {}) => ({
    ...bare,
    ID,
    ...prefixed(Prefix),
    ...more,
  });
  const base = /Base level prefix cannot be used/;
  await refusedFor([rule({}), old("o", "x")], "InvalidRequest", base);
  await refusedFor([old("o", "x"), rule({})], "InvalidRequest", /Filter element can only be used/);
  const NoncurrentVersionExpiration = { NoncurrentDays: 1, NewerNoncurrentVersions: 1 };
  await refusedFor(
    [old("o", "x", { NoncurrentVersionExpiration })],
    "InvalidRequest",
    /NewerNoncurrentVersions element/,
  );
  await refusedFor(
    [old("a", "b"), old("b", "a/b"), old("c", "a")],
    "InvalidRequest",
    /prefixes 'a' and 'a\/b'.*'Expiration'/,
  );
  await put([old("a", "a"), old("b", "b")]);
  // Filters may overlap: what is due first counts.
  await put([rule({ ID: "a" }), rule({ ID: "b", Filter: { Prefix: "a" } })]);
});

test("times are whole days ahead, or midnights", async () => {
  const Date0 = new Date("2027-01-01T00:00:00Z");
  const positive = /must be a positive integer/;
  for (const Days of [0, -1]) await refusedFor([rule({ Expiration: { Days } })], "InvalidArgument", positive);
  await refusedFor(
    [rule({ Expiration: { Date: new Date("2027-01-01T00:00:01Z") } })],
    "InvalidArgument",
    /midnight GMT/,
  );
  await refusedFor([rule({ Expiration: {} })], "MalformedXML");
  await refusedFor([rule({ Expiration: { Days: 1, Date: Date0 } })], "MalformedXML");
  await refusedFor([rule({ Expiration: { Days: 1, ExpiredObjectDeleteMarker: false } })], "MalformedXML");
  const noncurrent = (NoncurrentDays?: number, NewerNoncurrentVersions?: number) =>
    rule({
      NoncurrentVersionExpiration: {
        ...(NoncurrentDays === undefined ? {} : { NoncurrentDays }),
        ...(NewerNoncurrentVersions === undefined ? {} : { NewerNoncurrentVersions }),
      },
    });
  await refusedFor([noncurrent()], "MalformedXML");
  await refusedFor([noncurrent(undefined, 1)], "MalformedXML");
  await refusedFor([noncurrent(0)], "InvalidArgument", positive);
  for (const newer of [0, 101]) await refusedFor([noncurrent(1, newer)], "InvalidArgument", /between 1 and 100/);
  await refusedFor([rule({ AbortIncompleteMultipartUpload: {} })], "MalformedXML");
  const abort = rule({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 0 } });
  await refusedFor([abort], "InvalidArgument", positive);
});

test("filters: one predicate alone, several in And, none that the action cannot ask", async () => {
  const tag = (Key: string, Value = "v") => ({ Key, Value });
  const of = (Filter: LifecycleRule["Filter"] & object, more: Partial<LifecycleRule> = {}) => [
    rule({ Filter, ...more }),
  ];
  await refusedFor(of({ Prefix: "a", ObjectSizeGreaterThan: 1 }), "MalformedXML");
  await refusedFor(of({ Prefix: "a", And: { Prefix: "b", ObjectSizeLessThan: 3 } }), "MalformedXML");
  await refusedFor(of({ And: { Prefix: "a" } }), "MalformedXML");
  await refusedFor(of({ And: { Tags: [tag("a"), tag("a", "w")] } }), "InvalidRequest", /Duplicate Tag Keys/);
  await refusedFor(of({ Tag: tag("") }), "InvalidTag");
  await refusedFor(of({ Prefix: "p".repeat(1025) }), "InvalidRequest", /prefix/);
  await put(of({ Prefix: "p".repeat(1024) }));
  await refusedFor(of({ ObjectSizeGreaterThan: -1 }), "InvalidRequest", /between 0 and/);
  await refusedFor(of({ ObjectSizeLessThan: 0 }), "InvalidRequest", /between 1 and/);
  const same = { And: { ObjectSizeGreaterThan: 5, ObjectSizeLessThan: 5 } };
  await refusedFor(of(same), "InvalidRequest", /has to be a value greater/);
  const AbortIncompleteMultipartUpload = { DaysAfterInitiation: 1 };
  await refusedFor(of({ Tag: tag("a") }, { AbortIncompleteMultipartUpload }), "InvalidRequest", /specified with Tags/);
  const sized = of({ ObjectSizeLessThan: 9 }, { AbortIncompleteMultipartUpload });
  await refusedFor(sized, "InvalidRequest", /AbortIncompleteMultipartUpload cannot be specified with Object Size/);
  const Expiration = { ExpiredObjectDeleteMarker: true };
  await refusedFor(of({ Tag: tag("a") }, { Expiration }), "InvalidRequest", /specified with Tags/);
  await refusedFor(of({ ObjectSizeLessThan: 9 }, { Expiration }), "InvalidRequest", /specified with Object Size/);
});

test("transitions are refused by name: there is one storage class", async () => {
  const Transitions = [{ Days: 30, StorageClass: "GLACIER" as const }];
  await refusedFor([rule({ Transitions })], "NotImplemented", /Transitions/);
  const NoncurrentVersionTransitions = [{ NoncurrentDays: 30, StorageClass: "GLACIER" as const }];
  await refusedFor([rule({ NoncurrentVersionTransitions })], "NotImplemented", /NoncurrentVersionTransitions/);
});

test("setting and deleting take one permission, reading another", async () => {
  const setter = world.userWith("lifecycle-setter", allowing(["s3:PutLifecycleConfiguration"]));
  const reader = world.userWith("lifecycle-reader", allowing(["s3:GetLifecycleConfiguration"]));
  await put([rule({})], setter);
  await refused(get(setter), "AccessDenied", 403);
  assert.equal((await get(reader)).Rules?.length, 1);
  await refused(put([rule({})], reader), "AccessDenied", 403);
  await refused(remove(reader), "AccessDenied", 403);
  await remove(setter);
});
