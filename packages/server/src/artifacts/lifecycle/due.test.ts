import assert from "node:assert/strict";
import { test } from "node:test";
import { abortOf, afterDays, expirationOf, markerExpirationOf, noncurrentExpirationOf } from "./due.ts";
import type { LifecycleRule } from "./lifecycle-rule.ts";

const rule = (over: Partial<LifecycleRule>): LifecycleRule => ({
  id: "r",
  isEnabled: true,
  filter: {},
  filterForm: "filter",
  ...over,
});
const object = (over: object = {}) => ({
  key: "logs/a",
  sizeBytes: 100,
  createdAt: new Date("2014-01-15T10:30:00Z"),
  ...over,
});

test("days are counted from the time of creation and end at the next midnight UTC", () => {
  const at = (from: string, days: number) => afterDays(new Date(from), days).toISOString();
  // The example of the user guide.
  assert.equal(at("2014-01-15T10:30:00Z", 3), "2014-01-19T00:00:00.000Z");
  assert.equal(at("2014-01-15T00:00:00.000Z", 1), "2014-01-17T00:00:00.000Z");
  assert.equal(at("2014-01-15T23:59:59.999Z", 1), "2014-01-17T00:00:00.000Z");
  assert.equal(at("2024-02-28T12:00:00Z", 1), "2024-03-01T00:00:00.000Z");
  assert.ok(Number.isFinite(afterDays(new Date(), 2_147_483_647).getTime()));
});

test("the rule that is due first decides, of two the one that stands first", () => {
  const rules = [
    rule({ id: "later", expiration: { days: 5 } }),
    rule({ id: "sooner", expiration: { days: 3 } }),
    rule({ id: "same", expiration: { days: 3 } }),
    rule({ id: "disabled", isEnabled: false, expiration: { days: 1 } }),
    rule({ id: "marker", expiration: { expiredDeleteMarker: true } }),
  ];
  assert.deepEqual(expirationOf(rules, object()), { at: new Date("2014-01-19T00:00:00Z"), ruleId: "sooner" });
  const dated = [rule({ id: "date", expiration: { date: Date.parse("2014-01-01T00:00:00Z") } }), ...rules];
  assert.equal(expirationOf(dated, object())?.ruleId, "date");
  assert.equal(expirationOf([rule({ abortUploadAfterDays: 1 })], object()), undefined);
});

test("prefix, tags and sizes must all fit", () => {
  const of = (filter: LifecycleRule["filter"], over: object = {}) =>
    expirationOf([rule({ filter, expiration: { days: 1 } })], object(over)) !== undefined;
  assert.equal(of({ prefix: "logs/" }), true);
  assert.equal(of({ prefix: "log/" }), false);
  assert.equal(of({ tags: { a: "1" } }, { tags: { a: "1", b: "2" } }), true);
  assert.equal(of({ tags: { a: "1" } }, { tags: { a: "2" } }), false);
  assert.equal(of({ tags: { a: "1" } }), false);
  assert.equal(of({ tags: { constructor: "" } }), false);
  assert.equal(of({ sizeAbove: 99, sizeBelow: 101 }), true);
  assert.equal(of({ sizeAbove: 100 }), false);
  assert.equal(of({ sizeBelow: 100 }), false);
  assert.equal(of({ prefix: "logs/", sizeAbove: 1, tags: { a: "1" } }, { tags: { a: "1" } }), true);
});

test("versions that are not current: by the time they were superseded, and by how many came behind", () => {
  const version = (newerNoncurrent: number) => ({
    ...object(),
    supersededAt: new Date("2014-02-01T01:00:00Z"),
    newerNoncurrent,
  });
  const rules = [rule({ noncurrentExpiration: { days: 2, newerVersions: 3 } })];
  assert.equal(noncurrentExpirationOf(rules, version(2)), undefined);
  assert.deepEqual(noncurrentExpirationOf(rules, version(3))?.at, new Date("2014-02-04T00:00:00Z"));
  assert.equal(noncurrentExpirationOf([rule({ expiration: { days: 1 } })], version(9)), undefined);
});

test("markers that hide nothing go at once by their own rule, and by age by a rule of days", () => {
  const marker = { ...object(), sizeBytes: 0 };
  const at = (expiration: LifecycleRule["expiration"] & object) =>
    markerExpirationOf([rule({ expiration })], marker)?.at;
  assert.deepEqual(at({ expiredDeleteMarker: true }), marker.createdAt);
  assert.equal(at({ expiredDeleteMarker: false }), undefined);
  assert.deepEqual(at({ days: 3 }), new Date("2014-01-19T00:00:00Z"));
});

test("uploads are aborted by age", () => {
  const rules = [rule({ filter: { prefix: "logs/" }, abortUploadAfterDays: 7 })];
  assert.deepEqual(abortOf(rules, object()), { at: new Date("2014-01-23T00:00:00Z"), ruleId: "r" });
  assert.equal(abortOf(rules, object({ key: "x" })), undefined);
});
