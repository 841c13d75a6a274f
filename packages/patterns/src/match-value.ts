import { folded } from "./case-fold.ts";
import type { Comparison, Scalar, TextTest, ValueMatcher } from "./event-pattern.ts";
import { isInside } from "./ip-range.ts";
import { fitsWildcard } from "./wildcard.ts";

/** Whether a value that is there is one of those that the matcher stands for. */
export function matchesValue(matcher: ValueMatcher, value: Scalar): boolean {
  switch (matcher.kind) {
    case "equals":
      return value === matcher.value;
    case "text":
      return typeof value === "string" && passes(matcher.test, value);
    case "anything-but":
      return !matcher.values.some((excluded) => excluded === value);
    case "anything-but-text":
      return typeof value !== "string" || !matcher.tests.some((test) => passes(test, value));
    case "numeric":
      return typeof value === "number" && matcher.comparisons.every((comparison) => compares(comparison, value));
    case "cidr":
      return typeof value === "string" && isInside(value, matcher.range);
    case "exists":
      return matcher.isWanted;
  }
}

function passes(test: TextTest, value: string): boolean {
  if (test.kind === "wildcard") return fitsWildcard(value, test.pieces);
  const text = test.ignoresCase ? folded(value) : value;
  switch (test.kind) {
    case "equals":
      return text === test.text;
    case "prefix":
      return text.startsWith(test.text);
    case "suffix":
      return text.endsWith(test.text);
  }
}

function compares({ operator, value }: Comparison, found: number): boolean {
  switch (operator) {
    case "=":
      return found === value;
    case "<":
      return found < value;
    case "<=":
      return found <= value;
    case ">":
      return found > value;
    case ">=":
      return found >= value;
  }
}
