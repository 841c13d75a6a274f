import assert from "node:assert/strict";
import { test } from "node:test";
import { metricDirection, readHyperparameters } from "./hyperparameters.ts";

const refusals: readonly [given: Record<string, string>, message: RegExp][] = [
  [{}, /num_round is required/],
  [{ num_round: "0" }, /num_round="0" must be at least 1/],
  [{ num_round: "ten" }, /must be an integer/],
  [{ num_round: "1", max_dept: "3" }, /Unknown hyperparameter "max_dept". Did you mean max_depth\?/],
  [{ num_round: "1", "learning-rate": "0.1" }, /Did you mean learning_rate\?/],
  [{ num_round: "1", zebra_stripes: "1" }, /Unknown hyperparameter "zebra_stripes".$/],
  [{ num_round: "1", constructor: "1" }, /Unknown hyperparameter "constructor"/],
  [{ num_round: "1", eta: "1.5" }, /eta="1.5" must be at most 1/],
  [{ num_round: "1", eta: "0.1", learning_rate: "0.2" }, /eta is given twice/],
  [{ num_round: "1", subsample: "0" }, /must be greater than 0/],
  [{ num_round: "1", tweedie_variance_power: "2" }, /must be less than 2/],
  [
    { num_round: "1", tree_method: "gpu_hist" },
    /tree_method="gpu_hist" is not supported: this image trains on processors/,
  ],
  [{ num_round: "1", tree_method: "fast" }, /must be one of auto, exact, approx, hist/],
  [{ num_round: "1", objective: "multi:softmax" }, /requires hyperparameter num_class/],
  [{ num_round: "1", num_class: "3" }, /num_class needs a multi: objective/],
  [{ num_round: "1", objective: "rank:pairwise" }, /rank:pairwise is not supported: it needs query groups/],
  [{ num_round: "1", eval_metric: "auc,f1" }, /names f1, which this image does not compute/],
  [{ num_round: "1", eval_metric: "auk" }, /unknown metric "auk"/],
  [{ num_round: "1", _kfold: "5" }, /_kfold="5" is not supported: cross validation/],
  [{ num_round: "1", monotone_constraints: "1,0" }, /must be written like \(1,0,-1\)/],
];
for (const [given, message] of refusals) {
  test(`${JSON.stringify(given)} is refused`, () => {
    const read = readHyperparameters(given);
    assert.ok(read.kind === "invalid" && message.test(read.messages.join(" ")), JSON.stringify(read));
  });
}

test("a full set is split between the library and the program", () => {
  const read = readHyperparameters({
    num_round: "10",
    learning_rate: "0.2",
    objective: "binary:logistic",
    eval_metric: "auc, error@0.3",
    early_stopping_rounds: "3",
    save_model_on_termination: "true",
    subsample: "0.8",
    nthread: "2",
    seed: "7",
  });
  assert.equal(read.kind, "valid");
  assert.deepEqual(read.hyperparameters, {
    rounds: 10,
    parameters: [
      ["eta", "0.2"],
      ["objective", "binary:logistic"],
      ["seed", "7"],
      ["subsample", "0.8"],
    ],
    metrics: ["auc", "error@0.3"],
    earlyStoppingRounds: 3,
    saveModelOnTermination: true,
    csvWeights: false,
    nthread: 2,
    seed: 7,
    objective: "binary:logistic",
    samples: true,
  });
});

test("every problem is reported, not only the first", () => {
  const read = readHyperparameters({ eta: "2", gama: "1" });
  assert.ok(read.kind === "invalid");
  assert.equal(read.messages.length, 3);
});

test("metrics know whether more is better", () => {
  assert.equal(metricDirection("auc"), "maximise");
  assert.equal(metricDirection("ndcg@5-"), "maximise");
  assert.equal(metricDirection("error@0.3"), "minimise");
  assert.equal(metricDirection("toString"), undefined);
});
