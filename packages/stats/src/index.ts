/**
 * Statistics of tables and models: distances between distributions, sketches, histograms, types of columns, metrics of
 * classifiers.
 *
 * Promise: each function states its formula and where it is from; the same input gives the same bits, in whatever
 * process. Nothing here reads a file, a clock or a random number, and nothing imports another part of the project.
 */
export {
  linfRobust,
  linfRobustCategorical,
  linfSimple,
  linfSimpleCategorical,
  robustConstant,
  type Counts,
} from "./distance.ts";
export { sampleOf, weightedSampleOf, type WeightedSample } from "./weighted-sample.ts";
export { KllSketch, kllDefaults, sampleOfLevels } from "./kll-sketch.ts";
export { momentsOf, type Moments } from "./moments.ts";
export { bucketCount, equalWidthHistogram, type Bucket } from "./histogram.ts";
export {
  classify,
  conforms,
  countTypes,
  inferType,
  readNumber,
  type ColumnType,
  type TypeCounts,
  type ValueType,
} from "./value-type.ts";
export { completeness, shareInDomain, suggestDomain, uniqueShareMax } from "./domain.ts";
export {
  areaUnderRoc,
  classificationMetrics,
  confusionOf,
  logLoss,
  type ClassificationMetrics,
  type Confusion,
} from "./classification.ts";
