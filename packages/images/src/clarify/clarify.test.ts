import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { loadLibrary } from "@strongroom/xgboost";
import { JobFolder, tableCsv } from "../job-folder.ts";
import { train } from "../xgboost/train.ts";
import { clarify } from "./clarify.ts";

const headers = ["label", "amount", "rate", "level"];
const config = {
  version: "1.0",
  dataset_type: "text/csv",
  headers,
  label: "label",
  methods: { shap: { agg_method: "mean_abs" }, report: { name: "report", title: "A <model>" } },
  predictor: { model_name: "m", content_type: "text/csv", accept_type: "text/csv" },
};
let archive: Uint8Array = new Uint8Array();

/** A tar archive of one file, as a training job's model.tar.gz is. */
function packed(name: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(content.length.toString(8).padStart(11, "0"), 124);
  header.write("0", 156);
  return gzipSync(
    Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512), Buffer.alloc(1024)]),
  );
}

before(async () => {
  using folder = new JobFolder()
    .write("input/config/hyperparameters.json", { num_round: "20", objective: "binary:logistic", max_depth: "3" })
    .write("input/config/inputdataconfig.json", { train: { ContentType: "text/csv" } })
    .write("input/data/train/a.csv", tableCsv(500));
  assert.equal(await train({ root: folder.root, print: () => undefined, signal: new AbortController().signal }), 0);
  archive = packed("xgboost-model", readFileSync(join(folder.root, "model/xgboost-model")));
});

function job(analysis: object = config): JobFolder {
  return new JobFolder()
    .write("config/processingjobconfig.json", {
      ProcessingInputs: [{ InputName: "dataset", S3Input: { LocalPath: "/opt/ml/processing/input/data" } }],
    })
    .write("processing/input/data/test.csv", tableCsv(120))
    .write("processing/input/analysis_config/analysis_config.json", analysis)
    .write("processing/input/model/model.tar.gz", archive);
}

async function run(folder: JobFolder) {
  const lines: string[] = [];
  const library = () => loadLibrary({ threadsMax: 2 });
  const code = await clarify({ root: folder.root, library, print: (line) => lines.push(line) });
  return { code, lines, message: folder.text("output/message") };
}

interface Analysis {
  explanations: { kernel_shap: { label0: { global_shap_values: Record<string, number>; expected_value: number } } };
}

test("every record is explained, globally and one by one, and the values add up to the answers", async () => {
  using folder = job();
  const { code, message } = await run(folder);
  assert.deepEqual([code, message], [0, "Completed: 120 records explained."]);
  const { label0 } = (JSON.parse(folder.text("processing/output/analysis.json")) as Analysis).explanations.kernel_shap;
  const [header, ...lines] = folder.text("processing/output/explanations_shap/out.csv").trim().split("\n");
  assert.equal(header, "amount,rate,level,predicted_label");
  assert.equal(lines.length, 120);
  const records = lines.map((line) => line.split(",").map(Number));
  for (const [amount = 0, rate = 0, level = 0, predicted = 0] of records) {
    const margin = label0.expected_value + amount + rate + level;
    assert.ok(Math.abs(1 / (1 + Math.exp(-margin)) - predicted) < 1e-5);
  }
  const mean = records.reduce((sum, [amount = 0]) => sum + Math.abs(amount), 0) / records.length;
  assert.ok(Math.abs((label0.global_shap_values["amount"] ?? 0) - mean) < 1e-6);
  const { amount = 0, rate = 0, level = 0 } = label0.global_shap_values;
  assert.ok(amount > level && rate > level, "the label follows from amount and rate");
});

test("pictures and a report that holds them are written, the same each time", async () => {
  using first = job();
  using second = job();
  await run(first);
  await run(second);
  for (const name of ["shap-summary.svg", "shap-global.svg", "shap-local.svg"]) {
    const svg = first.text(`processing/output/${name}`);
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.match(svg, /amount/);
    assert.equal(second.text(`processing/output/${name}`), svg);
  }
  const html = first.text("processing/output/report.html");
  assert.match(html, /<title>A &lt;model&gt;<\/title>/);
  assert.equal(html.match(/src="data:image\/svg\+xml;base64,/g)?.length, 3);
  assert.doesNotMatch(html, /https?:\/\//);
});

test("the header may be the data set's first row, and settings of sampling are answered in the log", async () => {
  using folder = job({
    ...config,
    headers: undefined,
    methods: { shap: { num_samples: 10, seed: 1, use_logit: true } },
  });
  folder.write("processing/input/data/test.csv", `${headers.join(",")}\n${tableCsv(30)}`);
  const { code, lines } = await run(folder);
  assert.equal(code, 0);
  assert.ok(lines.some((line) => line.includes("shap.num_samples has no effect: tree SHAP is exact")));
  assert.ok(existsSync(join(folder.root, "processing/output/report.html")));
});

const refused: readonly [what: string, change: object, message: RegExp][] = [
  [
    "a bias method",
    { methods: { shap: {}, pre_training_bias: { methods: "all" } } },
    /^The method "pre_training_bias" is not supported/,
  ],
  ["no method", { methods: {} }, /asks for no method "shap"/],
  ["an unknown key", { joinsource_name_or_index: "id" }, /"joinsource_name_or_index" is not supported/],
  ["an unknown setting", { methods: { shap: { text_config: {} } } }, /shap\.text_config is not supported/],
  [
    "another aggregation",
    { methods: { shap: { agg_method: "max" } } },
    /agg_method "max" is not one of mean_abs, median, mean_sq/,
  ],
  ["an endpoint", { predictor: { endpoint_name: "e" } }, /predictor\.endpoint_name is not supported/],
  ["a label that is no column", { label: "y" }, /^The label "y" is none of the columns/],
  ["no label", { label: undefined }, /trained on 3 features, the data set has 4. Is the label named\?/],
  ["json lines", { dataset_type: "application/jsonlines" }, /dataset_type "application\/jsonlines" is not supported/],
  [
    "a path as a report's name",
    { methods: { shap: {}, report: { name: "../x" } } },
    /report\.name must be a file name/,
  ],
];
for (const [what, change, message] of refused) {
  test(`${what} is refused by name`, async () => {
    using folder = job({ ...config, ...change });
    const done = await run(folder);
    assert.equal(done.code, 1);
    assert.match(done.message, message);
  });
}

test("what is not a model is refused", async () => {
  using folder = job();
  for (const [content, message] of [
    [new Uint8Array([1, 2, 3]), /^model\.tar\.gz cannot be unpacked/],
    [packed("readme", Buffer.from("x")), /^model\.tar\.gz holds no file named xgboost-model\.$/],
    [packed("xgboost-model", Buffer.from("{}")), /^The model cannot be explained: this is not a sound XGBoost model/],
  ] as const) {
    folder.write("processing/input/model/model.tar.gz", content);
    assert.match((await run(folder)).message, message);
  }
});
