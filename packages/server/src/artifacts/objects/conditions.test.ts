import assert from "node:assert/strict";
import { test } from "node:test";
import { readConditions, writeConditions } from "./conditions.ts";

const createdAt = new Date("2026-11-23T10:00:00.700Z");
const object = { etag: "abc", createdAt };
const later = new Date("2026-11-23T11:00:00Z");
const earlier = new Date("2026-11-23T09:00:00Z");

test("reads: entity tags go before dates", () => {
  assert.equal(readConditions({}, object), "holds");
  assert.equal(readConditions({ ifMatch: '"abc"' }, object), "holds");
  assert.equal(readConditions({ ifMatch: "*" }, object), "holds");
  assert.equal(readConditions({ ifMatch: '"x"' }, object), "failed");
  assert.equal(readConditions({ ifMatch: '"abc"', ifUnmodifiedSince: earlier }, object), "holds");
  assert.equal(readConditions({ ifUnmodifiedSince: earlier }, object), "failed");
  assert.equal(readConditions({ ifUnmodifiedSince: later }, object), "holds");
  assert.equal(readConditions({ ifNoneMatch: '"x", "abc"' }, object), "not-modified");
  assert.equal(readConditions({ ifNoneMatch: '"x"', ifModifiedSince: later }, object), "holds");
  assert.equal(readConditions({ ifModifiedSince: later }, object), "not-modified");
  assert.equal(readConditions({ ifModifiedSince: new Date("2026-11-23T10:00:00Z") }, object), "not-modified");
  assert.equal(readConditions({ ifModifiedSince: earlier }, object), "holds");
});

test("writes: only where nothing is there, or a certain object", () => {
  assert.equal(writeConditions({ ifNoneMatch: "*" }, undefined), "holds");
  assert.equal(writeConditions({ ifNoneMatch: "*" }, object), "failed");
  assert.equal(writeConditions({ ifMatch: '"abc"' }, object), "holds");
  assert.equal(writeConditions({ ifMatch: '"abc"' }, undefined), "absent");
  assert.equal(writeConditions({ ifMatch: "*" }, object), "holds");
  assert.equal(writeConditions({ ifMatch: "*" }, undefined), "absent");
  assert.equal(writeConditions({ ifMatch: '"x"' }, object), "failed");
});
