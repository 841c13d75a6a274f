import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { s3Actions } from "./s3-actions.ts";
import { isConditionKey } from "./s3-condition-keys.ts";

/** What the operations that are served were seen to ask for: `- `s3:Action` on `resource`: `key`, `key``. */
const table = readFileSync(new URL("../../../../../docs/access.md", import.meta.url), "utf8");
const rows = table.split("\n").filter((line) => line.startsWith("  - `s3:"));
const quoted = (line: string) => [...line.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);

test("bucket policies may name every action that is demanded here, on the resource that it is demanded on", () => {
  assert.ok(rows.length > 50);
  const kinds = new Map(s3Actions.map(({ lower, resource }) => [lower, resource]));
  for (const row of rows) {
    const [action = "", resource = ""] = quoted(row);
    const expected = resource === "arn:aws:s3:::*" ? "other" : resource.includes("/") ? "object" : "bucket";
    assert.equal(kinds.get(action.toLowerCase()), expected, row);
  }
});

test("bucket policies may name every condition key that is here", () => {
  const keys = new Set(rows.flatMap((row) => quoted(row).slice(2)));
  assert.ok(keys.has("s3:x-amz-server-side-encryption") && keys.has("s3:ExistingObjectTag/${TagKey}"));
  for (const key of keys) assert.ok(isConditionKey(key), key);
});

test("no action is listed twice", () => {
  assert.equal(new Set(s3Actions.map(({ lower }) => lower)).size, s3Actions.length);
});
