import type { IpRange } from "./ip-range.ts";

export type Scalar = string | number | boolean | null;

/** A test that only strings can pass. */
export type TextTest =
  | { readonly kind: "equals" | "prefix" | "suffix"; readonly text: string; readonly ignoresCase: boolean }
  /** What stands between the wildcards; the first piece begins the text and the last one ends it. */
  | { readonly kind: "wildcard"; readonly pieces: readonly string[] };

export interface Comparison {
  readonly operator: "=" | "<" | "<=" | ">" | ">=";
  readonly value: number;
}

/** One of the values that a field of a pattern lists. */
export type ValueMatcher =
  | { readonly kind: "equals"; readonly value: Scalar }
  | { readonly kind: "text"; readonly test: TextTest }
  | { readonly kind: "anything-but"; readonly values: readonly (string | number)[] }
  | { readonly kind: "anything-but-text"; readonly tests: readonly TextTest[] }
  | { readonly kind: "numeric"; readonly comparisons: readonly Comparison[] }
  | { readonly kind: "cidr"; readonly range: IpRange }
  | { readonly kind: "exists"; readonly isWanted: boolean };

/** The values of a field, of which one must match: with how each one was written. */
export interface PatternLeaf {
  readonly kind: "leaf";
  readonly matchers: readonly ValueMatcher[];
  /** A string as it is; everything else as its JSON text. */
  readonly written: readonly string[];
}

/** Fields that must all match. */
export interface PatternBranch {
  readonly kind: "branch";
  readonly fields: ReadonlyMap<string, PatternTree>;
}

export type PatternTree = PatternLeaf | PatternBranch;

/** A pattern that was read: it matches where one of its alternatives does. Without `$or` there is one. */
export interface EventPattern {
  readonly alternatives: readonly PatternBranch[];
}
