import { completeness, suggestDomain } from "@strongroom/stats";
import { double, type Json } from "./java-json.ts";
import type { ColumnStatistics } from "./statistics.ts";

/** Suggests constraints from what a baseline looks like, in the shape of Model Monitor's constraints.json. */
export function constraintsFile(columns: readonly ColumnStatistics[]): Json {
  return {
    version: double(0),
    features: columns.map(suggest),
    monitoring_config: {
      evaluate_constraints: "Enabled",
      emit_metrics: "Enabled",
      datatype_check_threshold: double(1),
      domain_content_threshold: double(1),
      distribution_constraints: {
        perform_comparison: "Enabled",
        comparison_threshold: double(0.1),
        comparison_method: "Robust",
        categorical_comparison_threshold: double(0.1),
        categorical_drift_method: "LInfinity",
      },
    },
  };
}

function suggest(column: ColumnStatistics): Json {
  const { name, type, present, missing } = column;
  const shared = { name, inferred_type: type, completeness: double(completeness(present, missing)) };
  switch (type) {
    case "Integral":
    case "Fractional":
      return { ...shared, num_constraints: { is_non_negative: (column.min ?? NaN) >= 0 } };
    case "String": {
      const domains = column.counts === undefined ? undefined : suggestDomain(column.counts);
      return domains === undefined ? shared : { ...shared, string_constraints: { domains: [...domains] } };
    }
    case "Unknown":
      return shared;
  }
}
