/**
 * ⑥ Explanation: which analyses explain which model.
 *
 * Promise: a model's record names every completed analysis of exactly its artifact, with the digests of what
 * the analysis read and wrote. Invariants: model and analysis are matched by content, never by name.
 * Must not: compute anything itself: SHAP values are computed in a sandbox, by the image of the analysis.
 */
export { explanationsOf } from "./explanations.ts";
export type { AnalysisJob, Explanation, ExplanationFile } from "./explanations.ts";
