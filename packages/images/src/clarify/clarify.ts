import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { float32Text, XgboostError, type XgboostLibrary } from "@strongroom/xgboost";
import { type AnalysisConfig, readAnalysisConfig } from "./analysis-config.ts";
import { type Dataset, readDataset } from "./dataset.ts";
import { ExplanationFailure } from "./explanation-failure.ts";
import { drawGlobal } from "./global-picture.ts";
import { drawLocal, mostNotable } from "./local-picture.ts";
import { readModelArtifact } from "./model-artifact.ts";
import { reportHtml } from "./report.ts";
import { drawSummary } from "./summary-picture.ts";
import { explain, type Explanation, globalValues } from "./tree-shap.ts";

const messageCharactersMax = 1000;

/** Where the job has what. */
interface Places {
  readonly dataset: string;
  readonly config: string;
  readonly model: string;
  readonly output: string;
}

type Print = (line: string) => unknown;

/**
 * The program of the explanation image: SHAP values of every record of a data set, their pictures and a report.
 * @param x.root the container's folder, /opt/ml
 * @returns the exit code: 0, or 1 with the reason in output/message
 */
export async function clarify(x: { root: string; library: () => XgboostLibrary; print: Print }): Promise<0 | 1> {
  const messageFile = join(x.root, "output", "message");
  mkdirSync(dirname(messageFile), { recursive: true });
  try {
    const explained = await run(x.root, x.library, x.print);
    const message = `Completed: ${explained} records explained.`;
    writeFileSync(messageFile, message);
    x.print(message);
    return 0;
  } catch (error) {
    const expected = error instanceof ExplanationFailure || error instanceof XgboostError;
    const sentence = error instanceof Error ? error.message : String(error);
    const message = expected ? sentence : `The explanation failed unexpectedly: ${sentence}`;
    writeFileSync(messageFile, message.slice(0, messageCharactersMax));
    x.print(`[ERROR] ${message}`);
    if (!expected && error instanceof Error) x.print(error.stack ?? "");
    return 1;
  }
}

async function run(root: string, library: () => XgboostLibrary, print: Print): Promise<number> {
  const places = placesOf(root);
  const config = readAnalysisConfig(readConfigText(places.config));
  for (const remark of config.remarks) print(`[INFO] ${remark}`);
  const dataset = readDataset(filesBelow(places.dataset), config);
  print(`[INFO] ${dataset.matrix.rows} records, ${dataset.names.length} features`);
  const model = readModelArtifact(places.model);
  const explanation = explain(library(), model, dataset);
  print(`[INFO] exact tree SHAP of ${explanation.model.trees} trees; off by at most ${explanation.additivityError}`);
  const global = globalValues(explanation, config.aggregation);
  mkdirSync(places.output, { recursive: true });
  writeFileSync(join(places.output, "analysis.json"), analysisJson(explanation, global));
  if (config.saveLocalValues) writeLocal(places.output, explanation);
  await illustrate(places.output, { config, dataset, explanation, global, model });
  return explanation.rows;
}

async function illustrate(
  output: string,
  x: {
    config: AnalysisConfig;
    dataset: Dataset;
    explanation: Explanation;
    global: readonly number[];
    model: Uint8Array;
  },
): Promise<void> {
  const { config, explanation, global } = x;
  const { values } = x.dataset.matrix;
  const order = global.map((_, i) => i).sort((a, b) => Math.abs(global[b] ?? 0) - Math.abs(global[a] ?? 0));
  const pictures = [
    {
      file: "shap-summary.svg",
      alt: "SHAP values of all features",
      svg: await drawSummary(explanation, values, order),
    },
    {
      file: "shap-global.svg",
      alt: "Importance of each feature",
      svg: await drawGlobal(explanation.names, global, order, measures[config.aggregation]),
    },
    {
      file: "shap-local.svg",
      alt: "Explanation of one record",
      svg: await drawLocal(explanation, values, mostNotable(explanation)),
    },
  ];
  for (const { file, svg } of pictures) writeFileSync(join(output, file), svg);
  const modelSha256 = createHash("sha256").update(x.model).digest("hex");
  const html = reportHtml({ title: config.reportTitle, explanation, modelSha256, order, global, pictures });
  writeFileSync(join(output, `${config.reportName}.html`), html);
}

const measures = {
  mean_abs: "Mean of |SHAP value| (log-odds)",
  median: "Median SHAP value (log-odds)",
  mean_sq: "Mean of squared SHAP values",
} as const;

function analysisJson(explanation: Explanation, global: readonly number[]): string {
  const global_shap_values = Object.fromEntries(explanation.names.map((name, i) => [name, global[i] ?? 0]));
  const label0 = { global_shap_values, expected_value: Number(float32Text(explanation.expectedValue)) };
  // The key is Clarify's, so that its readers find the values; they are tree SHAP's, which kernel SHAP estimates.
  return `${JSON.stringify({ version: "1.0", explanations: { kernel_shap: { label0 } } }, undefined, 2)}\n`;
}

/** One row to a record: a SHAP value for each feature, then the model's answer. */
function writeLocal(output: string, explanation: Explanation): void {
  const { names, rows, values, predictions } = explanation;
  const lines = [[...names.map(csvField), "predicted_label"].join(",")];
  for (let row = 0; row < rows; row += 1) {
    const record = values.subarray(row * names.length, (row + 1) * names.length);
    lines.push(`${Array.from(record, float32Text).join(",")},${float32Text(predictions[row] ?? NaN)}`);
  }
  mkdirSync(join(output, "explanations_shap"), { recursive: true });
  writeFileSync(join(output, "explanations_shap", "out.csv"), `${lines.join("\n")}\n`);
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

interface JobConfig {
  readonly ProcessingInputs?: readonly { InputName: string; S3Input?: { LocalPath?: string } | null }[] | null;
  readonly ProcessingOutputConfig?: { Outputs?: readonly { S3Output?: { LocalPath?: string } | null }[] } | null;
}

/** The job says where its inputs lie; their names are Clarify's, and `model` is this image's own. */
function placesOf(root: string): Places {
  const job = JSON.parse(readFileSync(join(root, "config", "processingjobconfig.json"), "utf8")) as JobConfig;
  const inputs = new Map((job.ProcessingInputs ?? []).map((input) => [input.InputName, input.S3Input?.LocalPath]));
  const input = (name: string): string => below(root, inputs.get(name) ?? `/opt/ml/processing/input/${name}`);
  const output = job.ProcessingOutputConfig?.Outputs?.[0]?.S3Output?.LocalPath ?? "/opt/ml/processing/output";
  return {
    dataset: input("dataset"),
    config: input("analysis_config"),
    model: input("model"),
    output: below(root, output),
  };
}

function below(root: string, path: string): string {
  return path.startsWith("/opt/ml/") ? join(root, path.slice("/opt/ml/".length)) : path;
}

function readConfigText(path: string): string {
  const file =
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, "analysis_config.json") : path;
  if (statSync(file, { throwIfNoEntry: false }) === undefined) {
    throw new ExplanationFailure('The input "analysis_config" with its analysis_config.json is missing.');
  }
  return readFileSync(file, "utf8");
}

function filesBelow(path: string): { name: string; bytes: Uint8Array }[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new ExplanationFailure('The input "dataset" is missing.');
  if (stat.isFile()) return [{ name: "dataset", bytes: readFileSync(path) }];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ name: relative(path, file), bytes: readFileSync(file) }));
}
