import assert from "node:assert/strict";
import { test } from "node:test";
import { areaUnderRoc, classificationMetrics, confusionOf, logLoss } from "./classification.ts";

test("the area under the curve by hand", () => {
  assert.equal(areaUnderRoc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 0.75);
  assert.equal(areaUnderRoc([0, 1], [0.5, 0.5]), 0.5);
  assert.ok(Number.isNaN(areaUnderRoc([1, 1], [0.1, 0.2])));
});

test("equals counting all pairs", () => {
  const labels = Array.from({ length: 200 }, (_, i) => ((i * 13) % 7 < 3 ? 1 : 0));
  const scores = labels.map((label, i) => ((i * 29) % 17) + label * 3);
  let [wins, pairs] = [0, 0];
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (labels[i] !== 1 || labels[j] !== 0) continue;
      pairs += 1;
      wins += a > b ? 1 : a === b ? 0.5 : 0;
    }
  }
  assert.ok(Math.abs(areaUnderRoc(labels, scores) - wins / pairs) < 1e-12);
});

test("log loss by hand", () => {
  assert.ok(Math.abs(logLoss([1, 0], [0.8, 0.4]) + (Math.log(0.8) + Math.log(0.6)) / 2) < 1e-15);
  assert.ok(Number.isFinite(logLoss([1], [0])));
});

test("a confusion matrix and its ratios by hand", () => {
  const confusion = confusionOf([1, 1, 1, 0, 0, 0, 0, 0], [0.9, 0.5, 0.1, 0.7, 0.2, 0.2, 0.2, 0.2]);
  assert.deepEqual(confusion, { truePositives: 2, falsePositives: 1, trueNegatives: 4, falseNegatives: 1 });
  const metrics = classificationMetrics(confusion);
  assert.deepEqual([metrics.accuracy, metrics.falsePositiveRate], [0.75, 0.2]);
  for (const ratio of [metrics.precision, metrics.recall, metrics.f1]) assert.ok(Math.abs(ratio - 2 / 3) < 1e-15);
});

test("labels and scores must be as many", () => {
  assert.throws(() => areaUnderRoc([1], []), RangeError);
});
