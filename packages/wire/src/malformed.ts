/** Which rule a request broke; the service's style names the code. */
export type Fault =
  /** The bytes are not what the model says. */
  | "serialization"
  /** The same of a path, a query parameter or a header. */
  | "argument"
  /** A limit is broken, or a required member is missing. */
  | "validation"
  /** The body that has to be there is not. */
  | "empty-body"
  /** The model has it, this server does not support it. */
  | "unsupported"
  /** The model does not have it. */
  | "unknown"
  | "too-large";

/** What a reader throws. decode() turns it into the service's AwsError; nothing else leaves a reader. */
export class Malformed extends Error {
  override readonly name = "Malformed";
  readonly fault: Fault;
  readonly problem: string;
  /** The value, where it helps and may be shown. */
  readonly shown: string | undefined;
  /** A required member is absent, or a text that has to say something is empty. */
  readonly isMissing: boolean;
  /** Where, outermost last, as the readers add themselves on the way out. */
  readonly steps: string[] = [];
  constructor(fault: Fault, problem: string, shown?: string, { isMissing = false } = {}) {
    super(problem);
    this.fault = fault;
    this.problem = problem;
    this.shown = shown;
    this.isMissing = isMissing;
  }

  get path(): string {
    return this.steps
      .toReversed()
      .map((step, i) => (i === 0 || step.startsWith("[") ? step : `.${step}`))
      .join("");
  }
}

/** The error with one more step of its path; anything but a Malformed is passed on as it is. */
export function under(error: unknown, step: string): unknown {
  if (error instanceof Malformed) error.steps.push(step);
  return error;
}

export const mustNotBeNull = (): Malformed =>
  new Malformed("validation", "Member must not be null", undefined, { isMissing: true });
