import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { completeness } from "@strongroom/stats";
import { alignCapture, type Aligned, alignTable } from "./alignment.ts";
import { AnalysisFailure } from "./analysis-failure.ts";
import { type Baseline, readBaseline } from "./baseline.ts";
import { readCapture } from "./capture.ts";
import { constraintsFile } from "./constraints.ts";
import { javaJson, type Json } from "./java-json.ts";
import { type AnalysisSettings, readSettings } from "./settings.ts";
import { describe, statisticsFile } from "./statistics.ts";
import { namesFor, readRows, type Table, tableOf } from "./table.ts";
import { checkColumn, type ColumnCheck } from "./violations.ts";

/** A processing container's exit message is its first kilobyte. */
const messageCharactersMax = 1000;

/**
 * The program of the analyzer image: without a baseline it describes a data set and suggests constraints, with one it
 * also checks the data set against it.
 * @param x.root the container's folder, /opt/ml
 * @returns the exit code: 0, or 255 with the reason in output/message
 */
export function analyze(x: { readonly root: string; readonly print: (line: string) => unknown }): 0 | 255 {
  try {
    const violations = run(x.root, x.print);
    const message =
      violations === 0
        ? "Completed: Job completed successfully with no violations."
        : `CompletedWithViolations: Job completed successfully with ${violations} violations.`;
    writeMessage(x.root, message);
    x.print(message);
    return 0;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const message = error instanceof AnalysisFailure ? sentence : `The analysis failed unexpectedly: ${sentence}`;
    writeMessage(x.root, message);
    x.print(`[ERROR] ${message}`);
    if (!(error instanceof AnalysisFailure) && error instanceof Error) x.print(error.stack ?? "");
    return 255;
  }
}

function run(root: string, print: (line: string) => unknown): number {
  const settings = readSettings(readEnvironment(root), root);
  const baseline = settings.baseline === undefined ? undefined : loadBaseline(settings.baseline);
  const aligned = load(settings, baseline);
  for (const remark of aligned.remarks) print(`[INFO] ${remark}`);
  print(`[INFO] ${aligned.table.rows} rows, ${aligned.table.names.length} columns`);
  const columns = describe(aligned.table);
  mkdirSync(settings.output, { recursive: true });
  const write = (name: string, content: Json): void => writeFileSync(join(settings.output, name), javaJson(content));
  write("statistics.json", statisticsFile(columns, aligned.table.rows));
  write("constraints.json", constraintsFile(columns));
  if (baseline === undefined) return 0;
  const checks = aligned.pairs.map(([feature, column]) => ({ feature, column, ...checkColumn(feature, column) }));
  const violations = [...aligned.violations, ...checks.flatMap((check) => check.violations)];
  write("constraint_violations.json", { violations: violations.map((violation) => ({ ...violation })) });
  for (const { feature_name, constraint_check_type, description } of violations) {
    print(`[VIOLATION] ${feature_name} ${constraint_check_type}: ${description}`);
  }
  if (settings.publishMetrics && baseline.emitMetrics) writeMetrics(root, settings, checks);
  return violations.length;
}

function readEnvironment(root: string): Readonly<Record<string, string>> {
  const text = readFileSync(join(root, "config", "processingjobconfig.json"), "utf8");
  const config = JSON.parse(text) as { readonly Environment?: Readonly<Record<string, string>> | null };
  return config.Environment ?? {};
}

function loadBaseline(paths: { readonly statistics: string; readonly constraints: string }): Baseline {
  const read = (path: string, name: string): string => {
    // A job's input may be the folder that the file lies in.
    const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, name) : path;
    if (statSync(file, { throwIfNoEntry: false }) === undefined) {
      throw new AnalysisFailure(`The baseline's ${name} is missing.`);
    }
    return readFileSync(file, "utf8");
  };
  return readBaseline(read(paths.constraints, "constraints.json"), read(paths.statistics, "statistics.json"));
}

function load(settings: AnalysisSettings, baseline: Baseline | undefined): Aligned {
  const files = filesBelow(settings.source);
  const { format } = settings;
  if (format.kind === "csv") {
    const table = readTable(files, format.header);
    return baseline === undefined ? unchecked(table) : alignTable(table, format.header, baseline);
  }
  const captured = readCapture(files, format);
  if (captured.inputs.length + captured.outputs.length === 0) {
    throw new AnalysisFailure("There is no captured traffic to analyse.");
  }
  for (const rows of [captured.inputs, captured.outputs]) {
    const odd = rows.find((row) => row.length !== rows[0]?.length);
    if (odd !== undefined)
      throw new AnalysisFailure(`Captured rows have ${rows[0]?.length ?? 0} and ${odd.length} columns.`);
  }
  if (baseline !== undefined) return alignCapture(captured, baseline);
  const rows = captured.inputs.length > 0 ? captured.inputs : captured.outputs;
  return unchecked(tableOf(rows, namesFor(rows[0]?.length ?? 0)));
}

function unchecked(table: Table): Aligned {
  return { table, pairs: [], violations: [], remarks: [] };
}

function readTable(files: readonly { readonly name: string; readonly text: string }[], header: boolean): Table {
  let names: readonly string[] | undefined;
  const rows: string[][] = [];
  for (const { name, text } of files) {
    const read = readRows(text, name, names?.length ?? rows[0]?.length);
    if (header) {
      const own = read.shift() ?? [];
      names ??= own;
      if (own.join() !== names.join())
        throw new AnalysisFailure(`${name} has another header than the files before it.`);
    }
    for (const row of read) rows.push(row);
  }
  if (rows.length === 0) throw new AnalysisFailure("The data set has no rows.");
  names ??= namesFor(rows[0]?.length ?? 0);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new AnalysisFailure(`The header names ${repeated} twice.`);
  return tableOf(rows, names);
}

/** The files of a folder and of those inside it, by name; or the one file that the path names. */
function filesBelow(path: string): { readonly name: string; readonly text: string }[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new AnalysisFailure(`There is nothing at ${path}.`);
  if (stat.isFile()) return [{ name: path.slice(path.lastIndexOf("/") + 1), text: readFileSync(path, "utf8") }];
  const paths = readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length === 0) throw new AnalysisFailure(`There are no files in ${path}.`);
  return paths.map((file) => ({ name: relative(path, file), text: readFileSync(file, "utf8") }));
}

function writeMessage(root: string, message: string): void {
  const file = join(root, "output", "message");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, message.slice(0, messageCharactersMax));
}

/** Lines in the form of CloudWatch's PutMetricData, for whoever carries them there. */
function writeMetrics(
  root: string,
  settings: AnalysisSettings,
  checks: readonly (ColumnCheck & {
    readonly feature: { readonly name: string };
    readonly column: readonly string[];
  })[],
): void {
  const dimensions = [
    ["Endpoint", settings.endpoint],
    ["MonitoringSchedule", settings.schedule],
  ].flatMap(([Name, Value]) => (Value === undefined ? [] : [{ Name, Value }]));
  const timestamp = settings.metricTime ?? new Date().toISOString();
  const line = (name: string, value: number): string =>
    JSON.stringify({ MetricName: name, Timestamp: timestamp, Dimensions: dimensions, Value: value, Unit: "None" });
  const lines = checks.flatMap(({ feature, column, drift }) => {
    const missing = column.filter((text) => text === "").length;
    const nonNull = line(`feature_non_null_${feature.name}`, completeness(column.length - missing, missing));
    return drift === undefined ? [nonNull] : [nonNull, line(`feature_baseline_drift_${feature.name}`, drift)];
  });
  const file = join(root, "output", "metrics", "cloudwatch");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join("\n")}\n`);
}
