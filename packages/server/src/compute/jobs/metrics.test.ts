import assert from "node:assert/strict";
import { test } from "node:test";

import { metricReader } from "./metrics.ts";

test("the managed image's metrics are read without definitions", () => {
  const reader = metricReader([], true);
  reader.line("[0]\ttrain-auc:0.5\tvalidation-auc:0.25", 1000);
  reader.line("[1]\ttrain-auc:0.75\tvalidation-auc:0.5", 2000);
  reader.line("saved the model", 3000);
  assert.deepEqual(
    reader.values().map(({ name, value, count, min, max, timestamp }) => ({ name, value, count, min, max, timestamp })),
    [
      { name: "train:auc", value: 0.75, count: 2, min: 0.5, max: 0.75, timestamp: 2000 },
      { name: "validation:auc", value: 0.5, count: 2, min: 0.25, max: 0.5, timestamp: 2000 },
    ],
  );
});

test("a definition's expression sees the tab as CloudWatch shows it", () => {
  const reader = metricReader([{ Name: "validation:auc", Regex: ".*\\[[0-9]+\\].*#011validation-auc:(\\S+)" }], false);
  reader.line("[3]\ttrain-auc:0.5\tvalidation-auc:0.125", 1000);
  assert.equal(reader.values()[0]?.value, 0.125);
});

test("an expression that runs away is cut off", () => {
  const reader = metricReader(
    [
      { Name: "runaway", Regex: "^(a+)+$" },
      { Name: "loss", Regex: "loss=([0-9.]+)" },
    ],
    false,
  );
  const before = performance.now();
  reader.line(`${"a".repeat(60)}! loss=0.5`, 1000);
  assert.ok(performance.now() - before < 2000);
  assert.deepEqual(
    reader.values().map(({ name }) => name),
    ["loss"],
  );
});
