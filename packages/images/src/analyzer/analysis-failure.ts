/** What ends an analysis with a sentence for the person who started it. */
export class AnalysisFailure extends Error {
  override readonly name = "AnalysisFailure";
}
