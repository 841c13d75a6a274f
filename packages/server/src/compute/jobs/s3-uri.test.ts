import assert from "node:assert/strict";
import { test } from "node:test";

import { below, localNameOf, readS3Uri, staysBelow } from "./s3-uri.ts";

test("reads S3 URIs and nothing else", () => {
  assert.deepEqual(readS3Uri("s3://b/x/y.csv"), { bucket: "b", key: "x/y.csv" });
  assert.deepEqual(readS3Uri("s3://b"), { bucket: "b", key: "" });
  assert.equal(readS3Uri("https://b/x"), undefined);
  assert.equal(readS3Uri("s3:///x"), undefined);
});

test("names a found object below its folder", () => {
  assert.equal(localNameOf("data/train.csv", "data/train.csv"), "train.csv");
  assert.equal(localNameOf("data/train", "data/train/part-1.csv"), "part-1.csv");
  assert.equal(localNameOf("data/", "data/a/b.csv"), "a/b.csv");
  assert.equal(localNameOf("data/tr", "data/train.csv"), "train.csv");
  assert.equal(localNameOf("", "a.csv"), "a.csv");
  assert.equal(localNameOf("data/train", "data/train/"), undefined);
});

test("a name that leads elsewhere is known", () => {
  for (const name of ["../x", "a/../../x", "/x", "a//b", ".", ""]) assert.equal(staysBelow(name), false, name);
  assert.equal(staysBelow("a/b.csv"), true);
});

test("joins below a URI with and without a slash", () => {
  assert.equal(below("s3://b/out/", "job", "model.tar.gz"), "s3://b/out/job/model.tar.gz");
  assert.equal(below("s3://b", "x"), "s3://b/x");
});
