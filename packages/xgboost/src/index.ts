/**
 * XGBoost's own C library (libxgboost 1.7), called from TypeScript.
 *
 * Promise: the same library, data and parameters give the same bytes as XGBoost from Python. Text that is not a table
 * of numbers, a model that is not sound and a handle that was freed are refused on this side, with a sentence; the
 * library would take the first silently and crash on the others.
 *
 * Invariants: every call is synchronous and stays on the thread that made the object (the library keeps its random
 * numbers, caches and errors by thread; koffi's asynchronous calls give wrong results). Results are copied at once.
 *
 * It must not know what a training job, a container or a channel is.
 */
export { loadLibrary, libraryPaths, XgboostError, type XgboostLibrary } from "./library.ts";
export { DMatrix, type Matrix } from "./dmatrix.ts";
export { Booster, type Prediction, type Score } from "./booster.ts";
export { train, type Checkpoints, type Dataset, type Trained, type TrainOptions } from "./train.ts";
export { readCsv, readLabelledCsv, type CsvReading, type LabelledReading, type Malformed } from "./csv.ts";
export { readLibsvm } from "./libsvm.ts";
export {
  readHyperparameters,
  metricDirection,
  type HyperparameterReading,
  type Hyperparameters,
} from "./hyperparameters.ts";
export { readModel, type ModelReading, type ModelStructure, type Tree } from "./model-structure.ts";
export { expf, treeWalk, type TreeWalk } from "./tree-walk.ts";
export { float32Text } from "./float32-text.ts";
