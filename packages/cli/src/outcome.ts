/** The command was used wrongly; exit code 2. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

/** What was asked for could not be done, or does not hold; exit code 1. */
export class Failure extends Error {
  override readonly name = "Failure";
}
