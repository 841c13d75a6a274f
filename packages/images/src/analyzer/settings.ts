import { join } from "node:path";
import { AnalysisFailure } from "./analysis-failure.ts";

/** What the data set is. */
export type DatasetFormat =
  | { readonly kind: "csv"; readonly header: boolean }
  | { readonly kind: "capture"; readonly input: boolean; readonly output: boolean };

export interface AnalysisSettings {
  readonly format: DatasetFormat;
  readonly source: string;
  readonly output: string;
  /** Both or neither: with them the run is a monitoring one, without a baseline one. */
  readonly baseline?: { readonly statistics: string; readonly constraints: string };
  readonly publishMetrics: boolean;
  readonly endpoint?: string;
  readonly schedule?: string;
  readonly metricTime?: string;
}

/** Scripts and kinds of analysis that the original image has and this one does not. */
const refused = [
  "record_preprocessor_script",
  "post_analytics_processor_script",
  "analysis_type",
  "ground_truth_attribute",
];

/**
 * Reads the variables of the analyzer's contract.
 * @param environment `Environment` of processingjobconfig.json
 * @param root /opt/ml; paths of the settings that begin with /opt/ml/ are taken below it
 * @throws AnalysisFailure naming the variable that is missing, wrong or not supported
 */
export function readSettings(environment: Readonly<Record<string, string>>, root: string): AnalysisSettings {
  for (const name of refused) {
    if ((environment[name] ?? "") !== "") throw new AnalysisFailure(`The variable ${name} is not supported.`);
  }
  if ((environment["categorical_drift_method"] ?? "LInfinity") !== "LInfinity") {
    throw new AnalysisFailure("Of categorical_drift_method only LInfinity is supported.");
  }
  const path = (name: string): string => below(root, required(environment, name));
  const { baseline_statistics: statistics, baseline_constraints: constraints } = environment;
  if ((statistics === undefined) !== (constraints === undefined)) {
    throw new AnalysisFailure("baseline_statistics and baseline_constraints must be given together.");
  }
  const optional = {
    endpoint: environment["sagemaker_endpoint_name"],
    schedule: environment["sagemaker_monitoring_schedule_name"],
    metricTime: environment["metric_time"],
  };
  return {
    format: readFormat(required(environment, "dataset_format")),
    source: path("dataset_source"),
    output: path("output_path"),
    ...(statistics === undefined || constraints === undefined
      ? {}
      : { baseline: { statistics: below(root, statistics), constraints: below(root, constraints) } }),
    publishMetrics: environment["publish_cloudwatch_metrics"] === "Enabled",
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function required(environment: Readonly<Record<string, string>>, name: string): string {
  const value = environment[name];
  if (value === undefined || value === "") throw new AnalysisFailure(`The variable ${name} is missing.`);
  return value;
}

function below(root: string, path: string): string {
  return path.startsWith("/opt/ml/") ? join(root, path.slice("/opt/ml/".length)) : path;
}

function readFormat(text: string): DatasetFormat {
  const [[name, options] = ["", undefined]] = Object.entries(parsed(text));
  switch (name) {
    case "csv":
      return { kind: "csv", header: record(options)["header"] === true };
    case "sagemakerCaptureJson": {
      const names = record(options)["captureIndexNames"] ?? ["endpointInput"];
      const known = ["endpointInput", "endpointOutput"];
      if (!Array.isArray(names) || names.length === 0 || names.some((index) => !known.includes(String(index)))) {
        throw new AnalysisFailure(`captureIndexNames may name ${known.join(" and ")}.`);
      }
      return { kind: "capture", input: names.includes("endpointInput"), output: names.includes("endpointOutput") };
    }
    default:
      throw new AnalysisFailure(`dataset_format ${text} is not supported; csv and sagemakerCaptureJson are.`);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(text));
  } catch {
    throw new AnalysisFailure(`dataset_format ${text} is not JSON.`);
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
