import { validationError } from "./kms-error.ts";

/** A choice of the server's own, as a member's rule names them; the client's types know of more. */
interface Choice<T extends string> {
  readonly limits: readonly T[];
}

/** The value as one of the choice: the member's limits have let no other through. */
export function chosen<T extends string>(choice: Choice<T>, value: string): T {
  const found = choice.limits.find((one) => one === value);
  if (found === undefined) throw validationError(`${value} is not supported here.`);
  return found;
}

/** The same of a member that may be left out. */
export function maybeChosen<T extends string>(choice: Choice<T>, value: string | undefined): T | undefined {
  return value === undefined ? undefined : chosen(choice, value);
}
