import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Booster } from "./booster.ts";
import { readLabelledCsv } from "./csv.ts";
import { DMatrix } from "./dmatrix.ts";
import { loadLibrary, XgboostError } from "./library.ts";
import { readModel } from "./model-structure.ts";
import { sampleTable } from "./sample-table.ts";
import { train, type Trained, type TrainOptions } from "./train.ts";
import { treeWalk } from "./tree-walk.ts";

const library = loadLibrary({ threadsMax: 2 });
const rows = 600;
const table = sampleTable(rows);
const sample = { values: table.values, rows, columns: 4 };

function options(matrix: DMatrix, more: Partial<TrainOptions> = {}): TrainOptions {
  const dataset = { name: "train", matrix };
  const parameters = [
    ["objective", "binary:logistic"],
    ["subsample", "0.8"],
    ["tree_method", "hist"],
  ] as const;
  return { parameters, metrics: ["auc"], rounds: 20, seed: 3, train: dataset, evaluate: [dataset], ...more };
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

function bytesOf(trained: Trained): string {
  using booster = trained.booster;
  return digest(booster.save());
}

test("the tree walk's margins and probabilities have the library's bits", async () => {
  using matrix = DMatrix.create(library, sample, { labels: table.labels });
  using booster = (await train(library, options(matrix))).booster;
  const read = readModel(booster.save());
  assert.ok(read.kind === "model");
  const walk = treeWalk(read.model);
  const withHoles = table.values.map((value, i) => (i % 7 === 0 ? NaN : value));
  using holes = DMatrix.create(library, { ...sample, values: withHoles });
  const [margins, values] = [booster.margins(holes).values, booster.predict(holes).values];
  for (let row = 0; row < rows; row += 1) {
    const one = withHoles.subarray(row * 4, row * 4 + 4);
    assert.equal(walk?.margins(one)[0], margins[row]);
    assert.equal(walk?.predict(one)[0], values[row]);
  }
});

test("contributions add up to the margin", async () => {
  using matrix = DMatrix.create(library, sample, { labels: table.labels });
  using booster = (await train(library, options(matrix))).booster;
  const [margins, shap] = [booster.margins(matrix), booster.contributions(matrix)];
  assert.equal(shap.perRow, 5);
  for (let row = 0; row < rows; row += 1) {
    const sum = shap.values.subarray(row * 5, row * 5 + 5).reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - (margins.values[row] ?? NaN)) < 1e-5);
  }
});

test("a freed handle and a foreign one throw instead of crashing", async () => {
  const matrix = DMatrix.create(library, sample, { labels: table.labels });
  const { booster } = await train(library, options(matrix));
  matrix[Symbol.dispose]();
  matrix[Symbol.dispose]();
  assert.throws(() => booster.predict(matrix), /DMatrix has been freed/);
  assert.throws(() => booster.predict(booster as unknown as DMatrix), /not a DMatrix/);
  assert.throws(() => booster.predict(JSON.parse("{}") as DMatrix), /not a DMatrix/);
  booster[Symbol.dispose]();
  booster[Symbol.dispose]();
  assert.throws(() => booster.save(), /Booster has been freed/);
});

test("what the library would take silently is refused", async () => {
  using matrix = DMatrix.create(library, sample, { labels: table.labels });
  using booster = (await train(library, options(matrix))).booster;
  using narrow = DMatrix.create(library, { values: new Float32Array(6), rows: 2, columns: 3 });
  assert.throws(() => booster.predict(narrow), /trained on 4 columns, the data has 3/);
  assert.throws(() => DMatrix.create(library, { ...sample, rows: 5 }), /are not 5 rows/);
  assert.throws(
    () => DMatrix.create(library, sample, { labels: table.labels.fill(NaN, 0, 0).subarray(1) }),
    /599 labels/,
  );
});

test("the library's own refusals arrive as one sentence", async () => {
  using matrix = DMatrix.create(library, sample, { labels: table.labels.map((label) => label * 3) });
  await assert.rejects(train(library, options(matrix)), (error) => {
    assert.ok(error instanceof XgboostError);
    assert.match(error.message, /^label must be in \[0,1\]/);
    return true;
  });
  assert.throws(() => loadLibrary({ path: "/nowhere/libxgboost.so" }), /could not be loaded/);
});

test("killed and resumed is never killed, byte for byte", async () => {
  const folder = mkdtempSync(join(tmpdir(), "xgboost-"));
  try {
    using matrix = DMatrix.create(library, sample, { labels: table.labels });
    const parameters = [...options(matrix).parameters, ["colsample_bytree", "0.5"]] as const;
    const save = (iteration: number, model: Uint8Array) => {
      const loadPath = join(folder, `${iteration}.json`);
      writeFileSync(loadPath, model);
      return { loadPath };
    };
    const checkpoints = { every: 5, save };
    const whole = bytesOf(await train(library, options(matrix, { parameters, checkpoints })));
    for (const iteration of [4, 9, 14]) {
      const loadPath = join(folder, `${iteration}.json`);
      const resume = { iteration, model: readFileSync(loadPath), loadPath };
      const again = options(matrix, { parameters, checkpoints: { ...checkpoints, resume } });
      assert.equal(bytesOf(await train(library, again)), whole);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("early stopping keeps the model of the best round", async () => {
  const half = rows / 2;
  const part = (from: number) => ({
    values: table.values.subarray(from * 4, (from + half) * 4),
    rows: half,
    columns: 4,
  });
  using first = DMatrix.create(library, part(0), { labels: table.labels.subarray(0, half) });
  using second = DMatrix.create(library, part(half), { labels: table.labels.subarray(half) });
  const history: number[] = [];
  const trained = await train(library, {
    ...options(first),
    rounds: 300,
    metrics: ["logloss"],
    evaluate: [{ name: "validation", matrix: second }],
    earlyStoppingRounds: 4,
    onRound: (_, scores) => history.push(scores[0]?.value ?? NaN),
  });
  using booster = trained.booster;
  const best = history.indexOf(Math.min(...history));
  assert.deepEqual([trained.ended, trained.bestIteration, booster.rounds], ["early-stopping", best, best + 1]);
  assert.equal(history.length, best + 5);
  assert.equal(booster.attribute("best_iteration"), String(best));
});

test("a signal ends the training after the round that runs", async () => {
  using matrix = DMatrix.create(library, sample, { labels: table.labels });
  const stop = new AbortController();
  const onRound = (iteration: number): void => {
    if (iteration === 3) stop.abort();
  };
  const trained = await train(library, options(matrix, { signal: stop.signal, onRound }));
  using booster = trained.booster;
  assert.deepEqual([trained.ended, trained.rounds, booster.rounds], ["stopped", 4, 4]);
});

test("real data gives the bytes that XGBoost from Python gives", async (t) => {
  const folder = new URL("../../../../shared/data/credit-default/", import.meta.url);
  if (!existsSync(folder)) {
    t.skip("the credit-default data is not on this machine");
    return;
  }
  const read = (name: string) => {
    const labelled = readLabelledCsv(readFileSync(new URL(name, folder)), name);
    assert.ok(labelled.kind === "labelled");
    return labelled;
  };
  const [training, testing] = [read("train.csv"), read("test.csv")];
  using matrix = DMatrix.create(library, training.matrix, { labels: training.labels });
  using held = DMatrix.create(library, testing.matrix, { labels: testing.labels });
  const trained = await train(library, {
    parameters: Object.entries({
      objective: "binary:logistic",
      max_depth: "5",
      eta: "0.2",
      gamma: "4",
      min_child_weight: "6",
      subsample: "0.8",
      tree_method: "hist",
    }),
    metrics: ["auc"],
    rounds: 100,
    seed: 0,
    train: { name: "train", matrix },
    evaluate: [],
  });
  using booster = trained.booster;
  const model = booster.save("json");
  assert.equal(digest(model), "786b45cc32d7e261");
  assert.equal(booster.evaluate(99, [{ name: "v", matrix: held }])[0]?.value.toFixed(5), "0.78441");
  using again = Booster.fromBytes(library, model);
  assert.deepEqual(again.predict(held).values, booster.predict(held).values);
});
