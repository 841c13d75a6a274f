import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { JobFolder } from "../job-folder.ts";
import { analyze } from "./analyze.ts";

const output = "/opt/ml/processing/output";
const input = "/opt/ml/processing/input";

interface Report {
  violations: { feature_name: string; constraint_check_type: string; description: string }[];
}

function run(folder: JobFolder, environment: Record<string, string>) {
  const lines: string[] = [];
  folder.write("config/processingjobconfig.json", { Environment: environment });
  const code = analyze({ root: folder.root, print: (line) => lines.push(line) });
  return { code, lines, message: folder.text("output/message") };
}

/** Describes `csv` and keeps its files as the baseline of further runs. */
function withBaseline(csv: string): JobFolder {
  const folder = new JobFolder().write("processing/input/dataset/train.csv", csv);
  const { code, message } = run(folder, {
    dataset_format: '{"csv":{"header":true}}',
    dataset_source: `${input}/dataset`,
    output_path: output,
  });
  assert.equal(code, 0, message);
  for (const name of ["statistics.json", "constraints.json"]) {
    folder.write(`processing/input/baseline/${name}`, folder.text(`processing/output/${name}`));
  }
  return folder;
}

function monitor(folder: JobFolder, more: Record<string, string> = {}) {
  const done = run(folder, {
    dataset_format: '{"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}}',
    dataset_source: `${input}/endpoint`,
    output_path: output,
    baseline_statistics: `${input}/baseline/statistics.json`,
    baseline_constraints: `${input}/baseline/constraints.json`,
    ...more,
  });
  assert.equal(done.code, 0, done.message);
  return { ...done, report: JSON.parse(folder.text("processing/output/constraint_violations.json")) as Report };
}

/** One captured request, as the endpoint's data capture writes it. */
function captured(rows: readonly string[], answer = rows.map(() => "0.5").join("\n")): string {
  const side = (mode: string, data: string) => ({ observedContentType: "text/csv", mode, data, encoding: "CSV" });
  const captureData = { endpointInput: side("INPUT", rows.join("\n")), endpointOutput: side("OUTPUT", answer) };
  const eventMetadata = { eventId: "3f1c1d2e", inferenceTime: "2026-01-01T00:00:00Z" };
  return JSON.stringify({ captureData, eventMetadata, eventVersion: "0" });
}

/** Rows of a fixed recurrence: an amount, a category in numbers, a fraction, a city. */
function rows(count: number, seed: number): string[] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const cities = ["oslo", "rome", "bonn"];
  return Array.from({ length: count }, () => {
    const [amount, level, fraction] = [Math.floor(next() * 1000), Math.floor(next() * 4), next().toFixed(4)];
    return [amount, level, fraction, cities[Math.floor(next() * 3)]].join(",");
  });
}

const header = "amount,level,fraction,city";
const table = [header, ...rows(2000, 1)].join("\n");

test("a baseline has the exact shape of Model Monitor's files", () => {
  const csv = [
    'a,"b ""x"", y",c',
    ...Array.from({ length: 20 }, (_, i) => `${i % 3},${i % 2 ? "x" : '"y, z"'},${i ? 1.5 : ""}`),
  ];
  using folder = withBaseline(csv.join("\n"));
  const statistics = folder.text("processing/output/statistics.json");
  assert.match(statistics, /^\{\n {2}"version" : 0\.0,\n {2}"dataset" : \{\n {4}"item_count" : 20\n {2}\},/);
  const [a, b, c] = (JSON.parse(statistics) as { features: unknown[] }).features;
  assert.deepEqual(b, {
    name: 'b "x", y',
    inferred_type: "String",
    string_statistics: {
      common: { num_present: 20, num_missing: 0 },
      distinct_count: 2,
      distribution: {
        categorical: {
          buckets: [
            { value: "x", count: 10 },
            { value: "y, z", count: 10 },
          ],
        },
      },
    },
  });
  const numeric = (feature: unknown) =>
    (feature as { numerical_statistics: Record<string, unknown> }).numerical_statistics;
  assert.deepEqual(numeric(c)["common"], { num_present: 19, num_missing: 1 });
  const { mean, sum, std_dev, min, max } = numeric(c);
  assert.deepEqual([mean, sum, std_dev, min, max], [1.5, 28.5, 0, 1.5, 1.5]);
  const { kll } = numeric(a)["distribution"] as { kll: { buckets: unknown[]; sketch: unknown } };
  assert.equal(kll.buckets.length, 10);
  assert.deepEqual(kll.buckets[0], { lower_bound: 0, upper_bound: 0.2, count: 7 });
  const data = [Array.from({ length: 20 }, (_, i) => i % 3)];
  assert.deepEqual(kll.sketch, { parameters: { c: 0.64, k: 2048 }, data });
  assert.deepEqual((JSON.parse(folder.text("processing/output/constraints.json")) as { features: unknown }).features, [
    { name: "a", inferred_type: "Integral", completeness: 1, num_constraints: { is_non_negative: true } },
    { name: 'b "x", y', inferred_type: "String", completeness: 1, string_constraints: { domains: ["x", "y, z"] } },
    { name: "c", inferred_type: "Fractional", completeness: 0.95, num_constraints: { is_non_negative: true } },
  ]);
  assert.equal(folder.text("output/message"), "Completed: Job completed successfully with no violations.");
});

test("undisturbed traffic raises nothing, however the numbers are written", () => {
  using folder = withBaseline(table);
  for (const seed of [2, 3, 4, 5, 6]) {
    const traffic = rows(150, seed).map((row) => row.replace(/^(\d+)/, "$1.0"));
    folder.write("processing/input/endpoint/2026/01/01/00/a.jsonl", traffic.map((row) => captured([row])).join("\n"));
    assert.deepEqual(monitor(folder).report.violations, [], `seed ${seed}`);
  }
});

test("exactly the distorted columns are named", () => {
  using folder = withBaseline(table);
  const distorted = rows(200, 9).map((row) => {
    const [amount, , fraction, city] = row.split(",");
    return [Number(amount) * 10, 3, fraction, city].join(",");
  });
  folder.write("processing/input/endpoint/a.jsonl", `${captured(distorted.slice(0, 120))}\n`);
  folder.write("processing/input/endpoint/later/b.jsonl", `${captured(distorted.slice(120))}\n`);
  const { report, message } = monitor(folder);
  assert.deepEqual(
    report.violations.map((violation) => [violation.feature_name, violation.constraint_check_type]),
    [
      ["amount", "baseline_drift_check"],
      ["level", "baseline_drift_check"],
    ],
  );
  assert.match(report.violations[0]?.description ?? "", /distance: (0\.\d+) exceeds threshold: 0\.1$/);
  assert.equal(message, "CompletedWithViolations: Job completed successfully with 2 violations.");
});

test("wrong types, missing values and unknown categories are told apart", () => {
  using folder = withBaseline(table);
  const traffic = rows(200, 11).map((row, i) => {
    const [amount, level, fraction, city] = row.split(",");
    return [i === 0 ? "many" : amount, i === 1 ? "1.5" : level, i === 2 ? "" : fraction, i === 3 ? "ulm" : city].join(
      ",",
    );
  });
  folder.write("processing/input/endpoint/a.jsonl", captured(traffic));
  const { violations } = monitor(folder).report;
  assert.deepEqual(
    violations.map((violation) => [violation.feature_name, violation.constraint_check_type]),
    [
      ["amount", "data_type_check"],
      ["level", "data_type_check"],
      ["fraction", "completeness_check"],
      ["city", "categorical_values_check"],
    ],
  );
  assert.equal(
    violations[0]?.description,
    "Data type match requirement is not met. Expected data type: Integral, Expected match: 100.0%. " +
      "Observed: Only 99.5% of data is Integral.",
  );
});

test("a baseline with the label is compared with output and input, and a score is not taken for a label", () => {
  const labelled = [`label,${header}`, ...rows(2000, 1).map((row, i) => `${i % 2},${row}`)].join("\n");
  using folder = withBaseline(labelled);
  folder.write(
    "processing/input/endpoint/a.jsonl",
    captured(
      rows(200, 3),
      rows(200, 3)
        .map((_, i) => `0.${i}1`)
        .join("\n"),
    ),
  );
  const { report, lines } = monitor(folder);
  assert.deepEqual(report.violations, []);
  assert.ok(lines.some((line) => line.includes("label is a label in the baseline and a score in the traffic")));
});

test("too few and too many columns", () => {
  using folder = withBaseline(table);
  folder.write("processing/input/endpoint/a.jsonl", captured(["1,2", "3,4"]));
  assert.equal(monitor(folder).report.violations[0]?.constraint_check_type, "missing_column_check");
  folder.write("processing/input/endpoint/a.jsonl", captured(["1,2,3,x,5,6"]));
  assert.equal(monitor(folder).report.violations[0]?.constraint_check_type, "extra_column_check");
});

test("a plain table is checked by its header", () => {
  using folder = withBaseline(table);
  const reordered = rows(300, 8).map((row) => row.split(",").reverse().join(","));
  folder.write("processing/input/endpoint/a.csv", ["city,fraction,level,surplus", ...reordered].join("\n"));
  const { report } = monitor(folder, { dataset_format: '{"csv":{"header":true}}' });
  assert.deepEqual(
    report.violations.map((violation) => [violation.feature_name, violation.constraint_check_type]),
    [
      ["amount", "missing_column_check"],
      ["surplus", "extra_column_check"],
    ],
  );
});

test("metrics are written where they are asked for", () => {
  using folder = withBaseline(table);
  folder.write("processing/input/endpoint/a.jsonl", captured(rows(100, 3)));
  monitor(folder, {
    publish_cloudwatch_metrics: "Enabled",
    sagemaker_endpoint_name: "e",
    metric_time: "2026-01-01T00:00:00Z",
  });
  const [first = ""] = folder.text("output/metrics/cloudwatch").split("\n");
  assert.deepEqual(JSON.parse(first), {
    MetricName: "feature_non_null_amount",
    Timestamp: "2026-01-01T00:00:00Z",
    Dimensions: [{ Name: "Endpoint", Value: "e" }],
    Value: 1,
    Unit: "None",
  });
});

const failures: readonly [what: string, environment: Record<string, string>, file: string, message: RegExp][] = [
  ["parquet", { dataset_format: '{"parquet":{}}' }, "x", /^dataset_format \{"parquet":\{\}\} is not supported/],
  [
    "a script",
    { record_preprocessor_script: "s3://b/k" },
    "x",
    /^The variable record_preprocessor_script is not supported/,
  ],
  ["half a baseline", { baseline_statistics: "x" }, "x", /must be given together/],
  ["a ragged table", {}, "a,b\n1,2\n3\n", /^t\.csv, row 3 has 1 columns; 2 are expected\.$/],
  ["a quotation mark out of place", {}, 'a,b\n"1,2\n', /^t\.csv, row 2 has a quotation mark out of place\.$/],
  ["a table without rows", {}, "a,b\n", /^The data set has no rows\.$/],
  ["a name used twice", {}, "a,a\n1,2\n", /^The header names a twice\.$/],
  [
    "base64",
    { dataset_format: '{"sagemakerCaptureJson":{}}' },
    '{"captureData":{"endpointInput":{"data":"eA==","encoding":"BASE64"}}}',
    /encoded as BASE64, not as CSV/,
  ],
];
for (const [what, environment, file, message] of failures) {
  test(`${what} ends the analysis with a sentence`, () => {
    using folder = new JobFolder().write("processing/input/dataset/t.csv", file);
    const done = run(folder, {
      dataset_format: '{"csv":{"header":true}}',
      dataset_source: `${input}/dataset`,
      output_path: output,
      ...environment,
    });
    assert.equal(done.code, 255);
    assert.match(done.message, message);
  });
}

test("real data: undisturbed test rows raise nothing, distorted ones name their columns", (t) => {
  const folderUrl = new URL("../../../../../shared/data/credit-default/", import.meta.url);
  if (!existsSync(folderUrl)) {
    t.skip("the credit-default data is not on this machine");
    return;
  }
  const read = (name: string): string[] =>
    readFileSync(new URL(name, folderUrl), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.slice(line.indexOf(",") + 1));
  const names =
    read("train.csv")[0]
      ?.split(",")
      .map((_, i) => `F${i}`) ?? [];
  using folder = withBaseline([names.join(","), ...read("train.csv")].join("\n"));
  const testRows = read("test.csv");
  for (const count of [50, 500, 6000]) {
    folder.write(
      "processing/input/endpoint/a.jsonl",
      testRows
        .slice(0, count)
        .map((row) => captured([row]))
        .join("\n"),
    );
    assert.deepEqual(monitor(folder).report.violations, [], `${count} rows`);
  }
  const distorted = testRows
    .slice(0, 300)
    .map((row) => row.split(",").map((cell, i) => (i === 2 ? Number(cell) * 10 + 7 : i === 4 ? "6.0" : cell)));
  folder.write("processing/input/endpoint/a.jsonl", captured(distorted.map((row) => row.join(","))));
  assert.deepEqual(
    monitor(folder).report.violations.map(({ feature_name }) => feature_name),
    ["F2", "F4"],
  );
});
