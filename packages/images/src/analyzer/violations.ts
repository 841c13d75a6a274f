import {
  completeness,
  conforms,
  linfRobust,
  linfRobustCategorical,
  linfSimple,
  linfSimpleCategorical,
  readNumber,
  sampleOf,
  shareInDomain,
} from "@strongroom/stats";
import type { BaselineFeature } from "./baseline.ts";
import { doubleText } from "./java-json.ts";
import { countValues } from "./statistics.ts";

export interface Violation {
  readonly feature_name: string;
  readonly constraint_check_type:
    | "data_type_check"
    | "completeness_check"
    | "baseline_drift_check"
    | "missing_column_check"
    | "extra_column_check"
    | "categorical_values_check";
  readonly description: string;
}

export interface ColumnCheck {
  readonly violations: readonly Violation[];
  /** The distance to the baseline, where both have a distribution. */
  readonly drift?: number;
}

/**
 * Checks one column against its baseline.
 *
 * What does not count as a violation, so that undisturbed data raises none: a number that is written differently
 * (20000.0 for an Integral feature, 3 for a Fractional one); a distance that samples of these sizes show by chance
 * (comparison_method Robust); a completeness that differs from an incomplete baseline's by no more than three standard
 * errors of a sample of this size. A complete baseline leaves nothing to chance: one missing value is one too many.
 */
export function checkColumn(feature: BaselineFeature, texts: readonly string[]): ColumnCheck {
  if (!feature.config.evaluate) return { violations: [] };
  const values = texts.filter((text) => text !== "");
  const found = [
    checkCompleteness(feature, values.length, texts.length - values.length),
    ...(values.length === 0 ? [] : [checkType(feature, values), checkDomain(feature, values)]),
  ];
  const drift = values.length === 0 ? undefined : distance(feature, values);
  if (drift !== undefined) found.push(checkDrift(feature, drift));
  const violations = found.filter((violation) => violation !== undefined);
  return drift === undefined ? { violations } : { violations, drift };
}

function checkCompleteness(feature: BaselineFeature, present: number, missing: number): Violation | undefined {
  const [expected, observed] = [feature.completeness, completeness(present, missing)];
  const standardError = Math.sqrt((expected * (1 - expected)) / Math.max(1, present + missing));
  if (observed >= expected - 3 * standardError) return undefined;
  const description =
    `Completeness requirement is not met. Expected completeness: ${percent(expected)}. ` +
    `Observed: Only ${percent(observed)} of the values are there.`;
  return { feature_name: feature.name, constraint_check_type: "completeness_check", description };
}

function checkType(feature: BaselineFeature, values: readonly string[]): Violation | undefined {
  if (feature.type === "Unknown") return undefined;
  const share = values.filter((text) => conforms(text, feature.type)).length / values.length;
  const { dataTypeThreshold } = feature.config;
  if (share >= dataTypeThreshold) return undefined;
  const description =
    `Data type match requirement is not met. Expected data type: ${feature.type}, ` +
    `Expected match: ${percent(dataTypeThreshold)}. Observed: Only ${percent(share)} of data is ${feature.type}.`;
  return { feature_name: feature.name, constraint_check_type: "data_type_check", description };
}

function checkDomain(feature: BaselineFeature, values: readonly string[]): Violation | undefined {
  // Only texts have a domain: a number outside of the values seen before is drift, not a wrong value.
  if (feature.type !== "String" || feature.domains === undefined) return undefined;
  const share = shareInDomain(countValues(values), new Set(feature.domains));
  const { domainThreshold } = feature.config;
  if (share >= domainThreshold) return undefined;
  const description =
    `Categorical values requirement is not met. Expected match: ${percent(domainThreshold)}. ` +
    `Observed: Only ${percent(share)} of the values are in the domain of the baseline.`;
  return { feature_name: feature.name, constraint_check_type: "categorical_values_check", description };
}

function checkDrift(feature: BaselineFeature, drift: number): Violation | undefined {
  const { comparisonThreshold, categoricalThreshold } = feature.config;
  const threshold = feature.type === "String" ? categoricalThreshold : comparisonThreshold;
  if (drift <= threshold) return undefined;
  const description = `Baseline drift distance: ${doubleText(drift)} exceeds threshold: ${doubleText(threshold)}`;
  return { feature_name: feature.name, constraint_check_type: "baseline_drift_check", description };
}

function distance(feature: BaselineFeature, values: readonly string[]): number | undefined {
  const { compareDistributions, comparisonMethod } = feature.config;
  if (!compareDistributions) return undefined;
  const robust = comparisonMethod === "Robust";
  if (feature.counts !== undefined) {
    const counts = countValues(values);
    return robust ? linfRobustCategorical(feature.counts, counts) : linfSimpleCategorical(feature.counts, counts);
  }
  if (feature.sample === undefined) return undefined;
  const numbers = values.filter((text) => conforms(text, "Fractional")).map(readNumber);
  if (numbers.length === 0) return undefined;
  const sample = sampleOf(numbers);
  return robust ? linfRobust(feature.sample, sample) : linfSimple(feature.sample, sample);
}

function percent(share: number): string {
  return `${doubleText(share * 100)}%`;
}
