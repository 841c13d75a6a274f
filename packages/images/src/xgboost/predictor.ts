import { Booster, DMatrix, readCsv, readModel, treeWalk } from "@strongroom/xgboost";
import { openLibrary } from "./library.ts";

export type Answer =
  | { readonly kind: "predictions"; readonly values: Float32Array; readonly perRow: number }
  | { readonly kind: "malformed"; readonly message: string };

export interface Predictor {
  readonly features: number;
  /** @param body rows of features separated by commas, no label, no header */
  predictCsv(body: Uint8Array): Answer;
}

type PredictorLoading =
  | { readonly kind: "predictor"; readonly predictor: Predictor }
  | { readonly kind: "refused"; readonly message: string };

/**
 * A model that answers. Models of one margin are walked in this process; the others (multi-class, dart, linear) are
 * answered by the library.
 */
export function loadPredictor(model: Uint8Array): PredictorLoading {
  const read = readModel(model);
  if (read.kind === "refused") return read;
  const { features } = read.model;
  const answer = walked(read.model) ?? fromLibrary(model);
  const predictCsv = (body: Uint8Array): Answer => {
    const rows = readCsv(body, "the request");
    if (rows.kind === "malformed") return rows;
    if (rows.matrix.columns !== features) {
      const found = rows.matrix.columns;
      const hint = found === features + 1 ? " Is the label still in the first column?" : "";
      return { kind: "malformed", message: `the rows have ${found} values; the model takes ${features}.${hint}` };
    }
    return answer(rows.matrix.values, rows.matrix.rows);
  };
  return { kind: "predictor", predictor: { features, predictCsv } };
}

type Rows = (values: Float32Array, rows: number) => Answer;

function walked(model: Parameters<typeof treeWalk>[0]): Rows | undefined {
  const walk = treeWalk(model);
  if (walk === undefined) return undefined;
  return (values, rows) => {
    const answers = new Float32Array(rows);
    for (let row = 0; row < rows; row += 1) {
      answers.set(walk.predict(values.subarray(row * walk.features, (row + 1) * walk.features)), row);
    }
    return { kind: "predictions", values: answers, perRow: 1 };
  };
}

function fromLibrary(model: Uint8Array): Rows {
  const library = openLibrary(1);
  const booster = Booster.fromBytes(library, model);
  const columns = booster.features;
  return (values, rows) => {
    using matrix = DMatrix.create(library, { values, rows, columns });
    const prediction = booster.predict(matrix);
    return { kind: "predictions", values: prediction.values, perRow: prediction.perRow };
  };
}
