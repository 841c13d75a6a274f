import assert from "node:assert/strict";
import { test } from "node:test";
import { isBucketName, parseS3Arn } from "./bucket-name.ts";

test("names of buckets", () => {
  for (const name of ["abc", "my-data.2026", "0a0", "a".repeat(63)]) assert.ok(isBucketName(name), name);
  const refused = [
    "ab",
    "a".repeat(64),
    "Abc",
    "a_b",
    "-ab",
    "ab-",
    "a..b",
    "a.-b",
    "192.168.0.1",
    "xn--abc",
    "x-s3alias",
    "a/b",
    "",
  ];
  for (const name of refused) assert.ok(!isBucketName(name), name);
});

test("ARNs of buckets and objects", () => {
  assert.deepEqual(parseS3Arn("arn:aws:s3:::b"), { bucket: "b" });
  assert.deepEqual(parseS3Arn("arn:aws:s3:::b/x/y"), { bucket: "b", key: "x/y" });
  assert.equal(parseS3Arn("arn:aws:kms:us-east-1:1:key/x"), undefined);
});
