/** Values in ascending order, each standing for `weights[i]` observations. */
export interface WeightedSample {
  readonly values: Float64Array;
  readonly weights: Float64Array;
  /** The sum of all weights: the number of observations. */
  readonly weight: number;
}

/** A sample in which every value stands for itself. */
export function sampleOf(values: ArrayLike<number>): WeightedSample {
  const sorted = Float64Array.from(values).sort();
  return { values: sorted, weights: new Float64Array(sorted.length).fill(1), weight: sorted.length };
}

/** A sample of pairs (value, weight) in any order. */
export function weightedSampleOf(pairs: readonly (readonly [value: number, weight: number])[]): WeightedSample {
  const sorted = [...pairs].sort(([a], [b]) => a - b);
  const weights = Float64Array.from(sorted, ([, weight]) => weight);
  return { values: Float64Array.from(sorted, ([value]) => value), weights, weight: weights.reduce((a, b) => a + b, 0) };
}
