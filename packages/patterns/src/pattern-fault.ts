/** Why a text is not an event pattern, and where. Line and column count from one. */
export interface PatternFault {
  readonly kind: "fault";
  readonly reason: string;
  /** `detail.state[0]`; empty for the pattern as a whole. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Thrown inside of this package while a pattern is read; it does not leave it. */
export class NotAPattern extends Error {
  override readonly name = "NotAPattern";
  readonly path: string;
  /** In UTF-16 units from the start of the text. */
  readonly at: number;

  constructor(reason: string, path: string, at: number) {
    super(reason);
    this.path = path;
    this.at = at;
  }
}

export function faultAt(text: string, { message, path, at }: NotAPattern): PatternFault {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { kind: "fault", reason: message, path, line: before.split("\n").length, column: at - lineStart + 1 };
}
