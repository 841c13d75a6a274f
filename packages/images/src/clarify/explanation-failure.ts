/** What ends an explanation with a sentence for the person who started it. */
export class ExplanationFailure extends Error {
  override readonly name = "ExplanationFailure";
}
