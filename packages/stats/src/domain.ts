import type { Counts } from "./distance.ts";

/** The share of values that are there: `present / (present + missing)`; 1 for an empty column. */
export function completeness(present: number, missing: number): number {
  return present + missing === 0 ? 1 : present / (present + missing);
}

/** At most this share of the values may have been seen only once for a column to count as categorical. */
export const uniqueShareMax = 0.1;

/**
 * The domain to expect of a column of texts: all values seen, or undefined where the values do not look like
 * categories, that is when more than a tenth of them were seen just once.
 * Source: awslabs/deequ, suggestions/rules/CategoricalRangeRule.scala.
 */
export function suggestDomain(counts: Counts): readonly string[] | undefined {
  let [values, once] = [0, 0];
  for (const count of counts.values()) {
    values += count;
    if (count === 1) once += 1;
  }
  if (values === 0 || once / values > uniqueShareMax) return undefined;
  return [...counts.keys()].sort();
}

/** The share of the values that lie in the domain; 1 for no values. */
export function shareInDomain(counts: Counts, domain: ReadonlySet<string>): number {
  let [values, within] = [0, 0];
  for (const [value, count] of counts) {
    values += count;
    if (domain.has(value)) within += count;
  }
  return values === 0 ? 1 : within / values;
}
