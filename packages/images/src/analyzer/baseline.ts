import { type ColumnType, type Counts, sampleOfLevels, type WeightedSample } from "@strongroom/stats";
import { AnalysisFailure } from "./analysis-failure.ts";

/** How a feature is checked; each feature may override what the file says for all. */
export interface CheckConfig {
  readonly evaluate: boolean;
  readonly dataTypeThreshold: number;
  readonly domainThreshold: number;
  readonly compareDistributions: boolean;
  readonly comparisonThreshold: number;
  readonly comparisonMethod: "Simple" | "Robust";
  readonly categoricalThreshold: number;
}

export interface BaselineFeature {
  readonly name: string;
  readonly type: ColumnType;
  readonly completeness: number;
  readonly domains?: readonly string[];
  readonly config: CheckConfig;
  /** The distributions of statistics.json, where it has them. */
  readonly sample?: WeightedSample;
  readonly counts?: Counts;
}

export interface Baseline {
  readonly features: readonly BaselineFeature[];
  readonly emitMetrics: boolean;
}

type Members = Readonly<Record<string, unknown>>;

const defaults: CheckConfig = {
  evaluate: true,
  dataTypeThreshold: 1,
  domainThreshold: 1,
  compareDistributions: true,
  comparisonThreshold: 0.1,
  comparisonMethod: "Robust",
  categoricalThreshold: 0.1,
};

/**
 * Reads constraints.json and statistics.json of a baseline, ours or the original's.
 * @throws AnalysisFailure naming the file and what in it is wrong
 */
export function readBaseline(constraintsText: string, statisticsText: string): Baseline {
  const constraints = parse(constraintsText, "constraints.json");
  const statistics = parse(statisticsText, "statistics.json");
  const monitoring = members(constraints["monitoring_config"]);
  const common = configOf(monitoring, defaults);
  const described = new Map(list(statistics["features"]).map((feature) => [String(feature["name"]), feature]));
  const features = list(constraints["features"]).map((feature) => featureOf(feature, described, common));
  if (features.length === 0) throw new AnalysisFailure("constraints.json of the baseline names no features.");
  return { features, emitMetrics: monitoring["emit_metrics"] !== "Disabled" };
}

function featureOf(feature: Members, described: ReadonlyMap<string, Members>, common: CheckConfig): BaselineFeature {
  const name = feature["name"];
  if (typeof name !== "string") throw new AnalysisFailure("constraints.json has a feature without a name.");
  const type = typeOf(feature["inferred_type"], name);
  const text = members(feature["string_constraints"]);
  const { domains } = text;
  // A file of the SDK's tests has the second spelling, inside of string_constraints.
  const overrides = members(feature["monitoringConfigOverrides"] ?? text["monitoring_config_overrides"]);
  const distribution = distributionOf(described.get(name) ?? {});
  return {
    name,
    type,
    completeness: number(feature["completeness"], 1, `completeness of ${name}`),
    ...(Array.isArray(domains) ? { domains: domains.map(String) } : {}),
    config: configOf(overrides, common),
    ...distribution,
  };
}

function typeOf(value: unknown, name: string): ColumnType {
  if (value === "Integral" || value === "Fractional" || value === "String" || value === "Unknown") return value;
  throw new AnalysisFailure(`constraints.json: ${name} has the unknown type ${JSON.stringify(value)}.`);
}

function distributionOf(feature: Members): { sample?: WeightedSample; counts?: Counts } {
  const numeric = members(members(members(feature["numerical_statistics"])["distribution"])["kll"]);
  const levels = members(numeric["sketch"])["data"];
  if (Array.isArray(levels)) {
    const sample = sampleOfLevels(levels.map((level) => (Array.isArray(level) ? level.map(Number) : [])));
    return sample.weight > 0 ? { sample } : {};
  }
  const categorical = members(members(members(feature["string_statistics"])["distribution"])["categorical"]);
  const buckets = list(categorical["buckets"]);
  if (buckets.length === 0) return {};
  return { counts: new Map(buckets.map(({ value, count }) => [String(value), Number(count)])) };
}

function configOf(given: Members, otherwise: CheckConfig): CheckConfig {
  const distribution = members(given["distribution_constraints"]);
  const method = distribution["comparison_method"] ?? otherwise.comparisonMethod;
  if (method !== "Simple" && method !== "Robust") {
    throw new AnalysisFailure(`comparison_method ${JSON.stringify(method)} is not supported; Simple and Robust are.`);
  }
  if ((distribution["categorical_drift_method"] ?? "LInfinity") !== "LInfinity") {
    throw new AnalysisFailure("Of categorical_drift_method only LInfinity is supported.");
  }
  const comparison = number(
    distribution["comparison_threshold"],
    otherwise.comparisonThreshold,
    "comparison_threshold",
  );
  const categoricalOtherwise =
    distribution["comparison_threshold"] === undefined ? otherwise.categoricalThreshold : comparison;
  const threshold = (name: string, fallback: number): number => number(given[name], fallback, name);
  return {
    evaluate: enabled(given["evaluate_constraints"], otherwise.evaluate),
    dataTypeThreshold: threshold("datatype_check_threshold", otherwise.dataTypeThreshold),
    domainThreshold: threshold("domain_content_threshold", otherwise.domainThreshold),
    compareDistributions: enabled(distribution["perform_comparison"], otherwise.compareDistributions),
    comparisonThreshold: comparison,
    comparisonMethod: method,
    categoricalThreshold: number(
      distribution["categorical_comparison_threshold"],
      categoricalOtherwise,
      "categorical_comparison_threshold",
    ),
  };
}

function enabled(value: unknown, otherwise: boolean): boolean {
  return value === undefined ? otherwise : value === "Enabled";
}

function number(value: unknown, otherwise: number, what: string): number {
  if (value === undefined) return otherwise;
  if (typeof value !== "number") throw new AnalysisFailure(`constraints.json: ${what} is not a number.`);
  return value;
}

function parse(text: string, file: string): Members {
  try {
    return members(JSON.parse(text));
  } catch {
    throw new AnalysisFailure(`The baseline's ${file} is not JSON.`);
  }
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}

function list(value: unknown): readonly Members[] {
  return Array.isArray(value) ? value.map(members) : [];
}
