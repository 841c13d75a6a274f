import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { JobFolder, tableCsv } from "../job-folder.ts";
import { train } from "./train.ts";

const hyperparameters = {
  num_round: "25",
  objective: "binary:logistic",
  eval_metric: "auc,logloss",
  tree_method: "hist",
  subsample: "0.8",
  colsample_bytree: "0.7",
  seed: "5",
};
const csv = { ContentType: "text/csv", TrainingInputMode: "File" };

function job(more: Record<string, string> = {}): JobFolder {
  return new JobFolder()
    .write("input/config/hyperparameters.json", { ...hyperparameters, ...more })
    .write("input/config/inputdataconfig.json", { train: csv, validation: csv })
    .write("input/data/train/train.csv", tableCsv(400))
    .write("input/data/validation/test.csv", tableCsv(100));
}

async function run(folder: JobFolder, stopAfter?: number) {
  const lines: string[] = [];
  const stop = new AbortController();
  const code = await train({
    root: folder.root,
    signal: stop.signal,
    print: (line) => {
      lines.push(line);
      if (stopAfter !== undefined && line.startsWith(`[${stopAfter}]`)) stop.abort();
    },
  });
  return { code, lines };
}

function digest(folder: JobFolder): string {
  return createHash("sha256")
    .update(readFileSync(join(folder.root, "model/xgboost-model")))
    .digest("hex")
    .slice(0, 16);
}

test("a job trains, reports each round and leaves the same bytes each time", async () => {
  using first = job();
  using second = job();
  const { code, lines } = await run(first);
  assert.equal(code, 0, lines.join("\n"));
  const rounds = lines.filter((line) => /^\[\d+\]/.test(line));
  assert.equal(rounds.length, 25);
  const form = /^\[24\]#011train-auc:0\.\d{5}#011train-logloss:\S+#011validation-auc:(\S+)#011validation-logloss:\S+$/;
  assert.match(rounds[24] ?? "", form);
  await run(second);
  assert.equal(digest(second), digest(first));
});

test("a job that was stopped goes on from its checkpoint and ends with the bytes of one that was not", async () => {
  using whole = job().write("input/config/checkpointconfig.json", { LocalPath: "/opt/ml/checkpoints" });
  await run(whole);
  assert.deepEqual(readdirSync(join(whole.root, "checkpoints")), ["xgboost-checkpoint.19", "xgboost-checkpoint.9"]);
  using broken = job().write("input/config/checkpointconfig.json", { LocalPath: "/opt/ml/checkpoints" });
  assert.equal((await run(broken, 15)).code, 1);
  const { lines } = await run(broken);
  assert.ok(lines.includes("[INFO] resuming after round 9"));
  assert.equal(lines.filter((line) => /^\[\d+\]/.test(line)).length, 15);
  assert.equal(digest(broken), digest(whole));
});

test("the newest five checkpoints stay", async () => {
  using folder = job({ num_round: "85" }).write("input/config/checkpointconfig.json", {});
  await run(folder);
  assert.deepEqual(
    readdirSync(join(folder.root, "checkpoints")).sort(),
    [39, 49, 59, 69, 79].map((n) => `xgboost-checkpoint.${n}`),
  );
});

test("a stopped job keeps its model where save_model_on_termination says so", async () => {
  using folder = job({ save_model_on_termination: "true" });
  const { code, lines } = await run(folder, 6);
  assert.equal(code, 0);
  assert.equal(lines.at(-1), "[INFO] model of 7 rounds saved (stopped)");
  using without = job();
  assert.equal((await run(without, 6)).code, 1);
  assert.match(without.text("output/failure"), /was stopped; no model was kept/);
});

test("libsvm is the type of a channel that names none", async () => {
  using folder = job()
    .write("input/config/inputdataconfig.json", { train: {} })
    .write("input/data/train/train.csv", "1 0:2 1:3\n0 0:1\n1 0:5 1:2\n0 1:1\n");
  assert.deepEqual(await run(folder).then(({ code }) => code), 0);
});

const failures: readonly [what: string, prepare: (folder: JobFolder) => unknown, failure: RegExp][] = [
  [
    "no train channel",
    (folder) => folder.write("input/config/inputdataconfig.json", { validation: csv }),
    /^The required channel "train" is missing\.$/,
  ],
  [
    "an unknown channel",
    (folder) => folder.write("input/config/inputdataconfig.json", { train: csv, test: csv }),
    /^Channel "test" is unknown/,
  ],
  [
    "an empty channel",
    (folder) => rmSync(join(folder.root, "input/data/train"), { recursive: true }),
    /^Channel "train" holds no files/,
  ],
  [
    "a content type that is not served",
    (folder) => folder.write("input/config/inputdataconfig.json", { train: { ContentType: "application/x-parquet" } }),
    /has content type application\/x-parquet, which is not supported/,
  ],
  [
    "pipe mode",
    (folder) => folder.write("input/config/inputdataconfig.json", { train: { ...csv, TrainingInputMode: "Pipe" } }),
    /input mode "Pipe"; only File is supported/,
  ],
  [
    "a malformed row",
    (folder) => folder.write("input/data/train/train.csv", "1,2,3\n0,x,3\n"),
    /^train\/train.csv, line 2, column 2 holds "x", which is not a number\.$/,
  ],
  [
    "a validation table of another width",
    (folder) => folder.write("input/data/validation/test.csv", "1,2,3\n"),
    /^validation\/test.csv, line 1 has 3 columns; 4 are expected\.$/,
  ],
  [
    "an unknown hyperparameter",
    (folder) => folder.write("input/config/hyperparameters.json", { num_rounds: "3" }),
    /^Unknown hyperparameter "num_rounds". Did you mean num_round\? Hyperparameter num_round is required\.$/,
  ],
  [
    "a label that the objective does not take",
    (folder) => folder.write("input/data/train/train.csv", "7,1,2,3\n0,1,2,3\n"),
    /^Channel "train", row 1: the label is 7; binary:logistic takes labels from 0 to 1\.$/,
  ],
  [
    "a class beyond num_class",
    (folder) =>
      folder
        .write("input/config/hyperparameters.json", { num_round: "3", objective: "multi:softmax", num_class: "2" })
        .write("input/data/train/train.csv", "0,1,2,3\n2,1,2,3\n"),
    /row 2: the label is 2; multi:softmax takes whole numbers from 0 to 1 \(num_class=2\)/,
  ],
  [
    "a damaged checkpoint",
    (folder) =>
      folder
        .write("input/config/checkpointconfig.json", {})
        .write("checkpoints/xgboost-checkpoint.9", '{"learner":{}}'),
    /^The checkpoint xgboost-checkpoint\.9 cannot be gone on from: this is not a sound XGBoost model/,
  ],
  [
    "several hosts",
    (folder) => folder.write("input/config/resourceconfig.json", { hosts: ["algo-1", "algo-2"] }),
    /^The job has 2 instances; this image trains on one\.$/,
  ],
];
for (const [what, prepare, failure] of failures) {
  test(`${what} ends the job with a sentence`, async () => {
    using folder = job();
    prepare(folder);
    const { code } = await run(folder);
    assert.equal(code, 1);
    assert.match(folder.text("output/failure"), failure);
    assert.ok(!existsSync(join(folder.root, "model/xgboost-model")));
  });
}
