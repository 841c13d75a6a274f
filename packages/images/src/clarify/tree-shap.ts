import { Booster, DMatrix, type ModelStructure, readModel, type XgboostLibrary } from "@strongroom/xgboost";
import type { Aggregation } from "./analysis-config.ts";
import type { Dataset } from "./dataset.ts";
import { ExplanationFailure } from "./explanation-failure.ts";

/** Why a model answered as it did, record by record. All values are margins: log-odds for a logistic objective. */
export interface Explanation {
  readonly names: readonly string[];
  readonly rows: number;
  /** `rows` × `names.length` SHAP values. */
  readonly values: Float32Array;
  /** What the model answers on average; the SHAP values of a record add up from here to its margin. */
  readonly expectedValue: number;
  readonly margins: Float32Array;
  /** The margins after the objective's link function. */
  readonly predictions: Float32Array;
  readonly additivityError: number;
  readonly model: Pick<ModelStructure, "objective" | "features"> & { readonly trees: number };
}

/** The largest gap between a record's margin and the sum of its SHAP values that rounding explains. */
const additivityErrorMax = 1e-4;

/**
 * Exact SHAP values of an XGBoost model (tree SHAP; Lundberg et al., Nature Machine Intelligence 2, 2020), and a check
 * that they add up.
 * @throws ExplanationFailure for a model or a data set that does not fit, or values that do not add up
 */
export function explain(library: XgboostLibrary, modelBytes: Uint8Array, dataset: Dataset): Explanation {
  const read = readModel(modelBytes);
  if (read.kind === "refused") throw new ExplanationFailure(`The model cannot be explained: ${read.message}.`);
  const { objective, features, groups, booster: kind, trees } = read.model;
  if (groups !== 1)
    throw new ExplanationFailure(`Models with ${groups} outputs are not explained; those with one are.`);
  if (kind === "gblinear") throw new ExplanationFailure("Linear models (gblinear) are not explained; trees are.");
  if (features !== dataset.names.length) {
    throw new ExplanationFailure(
      `The model was trained on ${features} features, the data set has ${dataset.names.length}. Is the label named?`,
    );
  }
  using matrix = DMatrix.create(library, dataset.matrix);
  using booster = Booster.fromBytes(library, modelBytes, [matrix]);
  const margins = booster.margins(matrix).values;
  const predictions = booster.predict(matrix).values;
  const contributions = booster.contributions(matrix).values;
  const rows = dataset.matrix.rows;
  const values = new Float32Array(rows * features);
  let additivityError = 0;
  for (let row = 0; row < rows; row += 1) {
    const record = contributions.subarray(row * (features + 1), (row + 1) * (features + 1));
    values.set(record.subarray(0, features), row * features);
    const sum = record.reduce((total, value) => total + value, 0);
    additivityError = Math.max(additivityError, Math.abs(sum - (margins[row] ?? NaN)));
  }
  // ⑥ Values that do not add up explain something else than the model.
  if (!(additivityError < additivityErrorMax)) {
    throw new ExplanationFailure(`The SHAP values miss the model's margins by up to ${additivityError}.`);
  }
  const expectedValue = contributions[features] ?? NaN;
  const model = { objective, features, trees: trees.length };
  return { names: dataset.names, rows, values, expectedValue, margins, predictions, additivityError, model };
}

/** One number for each feature, in the order of the columns. */
export function globalValues(explanation: Explanation, aggregation: Aggregation): number[] {
  const { names, rows, values } = explanation;
  return names.map((_, feature) => {
    const column = Float64Array.from({ length: rows }, (_, row) => values[row * names.length + feature] ?? NaN);
    switch (aggregation) {
      case "mean_abs":
        return column.reduce((sum, value) => sum + Math.abs(value), 0) / rows;
      case "mean_sq":
        return column.reduce((sum, value) => sum + value * value, 0) / rows;
      case "median": {
        const sorted = column.sort();
        return ((sorted[(rows - 1) >> 1] ?? NaN) + (sorted[rows >> 1] ?? NaN)) / 2;
      }
    }
  });
}
