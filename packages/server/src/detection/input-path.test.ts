import assert from "node:assert/strict";
import { test } from "node:test";
import { readInputPath, valueAt } from "./input-path.ts";

test("names and indices of lists lead to a value", () => {
  const event = { "detail-type": "t", detail: { list: [{ a: 1 }, [2, 3]], none: null } };
  const at = (path: string) => valueAt(event, readInputPath(path) ?? assert.fail(path));
  assert.deepEqual(at("$"), event);
  assert.equal(at("$.detail-type"), "t");
  assert.equal(at("$.detail.list[0].a"), 1);
  assert.equal(at("$.detail.list[1][1]"), 3);
  assert.equal(at("$.detail.none"), null);
  for (const path of [
    "$.other",
    "$.detail.list[2]",
    "$.detail.list.a",
    "$.detail[0]",
    "$.detail.none.a",
    "$.toString",
  ]) {
    assert.equal(at(path), undefined, path);
  }
});

test("what EventBridge does not take, or this server does not, is no path", () => {
  for (const path of [
    "",
    "detail",
    "$detail",
    "$..a",
    "$.a.*",
    "$.a[*]",
    "$['a']",
    "$.a[-1]",
    "$.a b",
    "$.a[?(@.b)]",
  ]) {
    assert.equal(readInputPath(path), undefined, path);
  }
});
