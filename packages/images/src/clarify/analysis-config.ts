import { ExplanationFailure } from "./explanation-failure.ts";

/** How the absolute SHAP values of all records become one number for a feature. */
export type Aggregation = "mean_abs" | "median" | "mean_sq";

/** What an analysis_config.json asks for, as far as it is served. */
export interface AnalysisConfig {
  /** Names of all columns; absent where the data set's first row has them. */
  readonly headers?: readonly string[];
  /** The label's column by name or position; absent where the data set has none. */
  readonly label?: string | number;
  readonly aggregation: Aggregation;
  readonly saveLocalValues: boolean;
  readonly reportName: string;
  readonly reportTitle: string;
  /** Settings that were given and do not change an exact result, for the log. */
  readonly remarks: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

const served = ["version", "dataset_type", "headers", "label", "methods", "predictor"];
/** They describe what bias analyses look at; without those methods they say nothing. */
const biasOnly = ["label_values_or_threshold", "facet", "group_variable", "probability_threshold"];
const aggregations: readonly string[] = ["mean_abs", "median", "mean_sq"];

/** @throws ExplanationFailure naming the key, method or value that is not supported */
export function readAnalysisConfig(text: string): AnalysisConfig {
  const config = parse(text);
  for (const name of Object.keys(config)) {
    if (!served.includes(name) && !biasOnly.includes(name)) {
      throw new ExplanationFailure(`analysis_config.json: "${name}" is not supported.`);
    }
  }
  if ((config["dataset_type"] ?? "text/csv") !== "text/csv") {
    throw new ExplanationFailure(
      `dataset_type ${JSON.stringify(config["dataset_type"])} is not supported; text/csv is.`,
    );
  }
  const methods = members(config["methods"]);
  for (const name of Object.keys(methods)) {
    if (name !== "shap" && name !== "report") {
      throw new ExplanationFailure(`The method "${name}" is not supported; shap and report are.`);
    }
  }
  if (!Object.hasOwn(methods, "shap")) throw new ExplanationFailure('analysis_config.json asks for no method "shap".');
  checkPredictor(members(config["predictor"]));
  const report = members(methods["report"]);
  return {
    ...namesOf(config),
    ...shapOf(members(methods["shap"])),
    reportName: fileName(report["name"] ?? "report"),
    reportTitle: typeof report["title"] === "string" ? report["title"] : "Explanation of a model",
  };
}

function namesOf(config: Members): { headers?: readonly string[]; label?: string | number } {
  const { headers, label } = config;
  if (headers !== undefined && !(Array.isArray(headers) && headers.every((name) => typeof name === "string"))) {
    throw new ExplanationFailure("analysis_config.json: headers must be a list of names.");
  }
  if (label !== undefined && typeof label !== "string" && typeof label !== "number") {
    throw new ExplanationFailure("analysis_config.json: label must be a name or a position.");
  }
  return { ...(headers === undefined ? {} : { headers }), ...(label === undefined ? {} : { label }) };
}

function shapOf(shap: Members): Pick<AnalysisConfig, "aggregation" | "saveLocalValues" | "remarks"> {
  const remarks: string[] = [];
  for (const [name, value] of Object.entries(shap)) {
    switch (name) {
      case "agg_method":
      case "save_local_shap_values":
        break;
      case "baseline":
      case "num_samples":
      case "num_clusters":
      case "seed":
        remarks.push(`shap.${name} has no effect: tree SHAP is exact, it takes no samples and no baseline`);
        break;
      case "use_logit":
        if (value !== true) remarks.push("SHAP values of trees are in log-odds, as with use_logit=true");
        break;
      default:
        throw new ExplanationFailure(`analysis_config.json: shap.${name} is not supported.`);
    }
  }
  const aggregation = shap["agg_method"] ?? "mean_abs";
  if (!isAggregation(aggregation)) {
    throw new ExplanationFailure(`agg_method ${JSON.stringify(aggregation)} is not one of ${aggregations.join(", ")}.`);
  }
  return { aggregation, saveLocalValues: shap["save_local_shap_values"] !== false, remarks };
}

function isAggregation(value: unknown): value is Aggregation {
  return typeof value === "string" && aggregations.includes(value);
}

function checkPredictor(predictor: Members): void {
  for (const name of ["content_type", "accept_type"]) {
    if ((predictor[name] ?? "text/csv") !== "text/csv") {
      throw new ExplanationFailure(
        `predictor.${name} ${JSON.stringify(predictor[name])} is not supported; text/csv is.`,
      );
    }
  }
  if (Object.hasOwn(predictor, "endpoint_name")) {
    throw new ExplanationFailure(
      "predictor.endpoint_name is not supported: the trees themselves are explained. Give the model artefact as an input.",
    );
  }
}

function fileName(value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/.test(value)) return value;
  throw new ExplanationFailure("analysis_config.json: report.name must be a file name.");
}

function parse(text: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ExplanationFailure("analysis_config.json is not JSON.");
  }
  return members(value);
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}
