import type { WeightedSample } from "./weighted-sample.ts";

/** How often each value of a categorical feature was seen. */
export type Counts = ReadonlyMap<string, number>;

/** deequ's constant for a significance of about 0.003; in general c(α) = sqrt(−ln(α/2)/2). */
export const robustConstant = 1.8;

/**
 * The largest distance between two empirical distribution functions (Kolmogorov–Smirnov):
 * `linf_simple = max over x of |F_a(x) − F_b(x)|`, over all points of both samples.
 * Source: awslabs/deequ, analyzers/Distance.scala, `numericalDistance`.
 * @returns between 0 and 1
 * @throws RangeError when one of the samples is empty
 */
export function linfSimple(a: WeightedSample, b: WeightedSample): number {
  requireValues(a.weight, b.weight);
  let [i, j, weightA, weightB, largest] = [0, 0, 0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const x = Math.min(a.values[i] ?? Infinity, b.values[j] ?? Infinity);
    for (; i < a.values.length && a.values[i] === x; i += 1) weightA += a.weights[i] ?? 0;
    for (; j < b.values.length && b.values[j] === x; j += 1) weightB += b.weights[j] ?? 0;
    largest = Math.max(largest, Math.abs(weightA / a.weight - weightB / b.weight));
  }
  return largest;
}

/**
 * What of the distance is more than chance explains, n and m being the sizes of the samples:
 * `linf_robust = max(0, linf_simple − c·sqrt((n+m)/(n·m)))`, the two-sample Kolmogorov–Smirnov bound.
 * Source: awslabs/deequ, analyzers/Distance.scala, `selectMetrics` and `linfRobust`.
 */
export function linfRobust(a: WeightedSample, b: WeightedSample, c = robustConstant): number {
  return corrected(linfSimple(a, b), a.weight, b.weight, c);
}

/** `max over categories of |p_a − p_b|`. Source: awslabs/deequ, analyzers/Distance.scala, `categoricalDistance`. */
export function linfSimpleCategorical(a: Counts, b: Counts): number {
  const [n, m] = [total(a), total(b)];
  requireValues(n, m);
  let largest = 0;
  for (const category of new Set([...a.keys(), ...b.keys()])) {
    largest = Math.max(largest, Math.abs((a.get(category) ?? 0) / n - (b.get(category) ?? 0) / m));
  }
  return largest;
}

/** The categorical distance less what chance explains, as for numbers. */
export function linfRobustCategorical(a: Counts, b: Counts, c = robustConstant): number {
  return corrected(linfSimpleCategorical(a, b), total(a), total(b), c);
}

function corrected(simple: number, n: number, m: number, c: number): number {
  return Math.max(0, simple - c * Math.sqrt((n + m) / (n * m)));
}

function total(counts: Counts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

function requireValues(n: number, m: number): void {
  if (!(n > 0) || !(m > 0)) throw new RangeError("a distance needs values on both sides");
}
