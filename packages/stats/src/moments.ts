/** What of a column of numbers can be said in five numbers. */
export interface Moments {
  readonly count: number;
  readonly sum: number;
  /** sum / count */
  readonly mean: number;
  /** The population's: sqrt(Σ(x − mean)² / count), as Spark's stddev_pop and deequ's StandardDeviation. */
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Count, sum, mean, standard deviation and range. Two passes, both with Neumaier's compensated summation ("Rundungs-
 * fehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974), so that the error does not grow with the
 * number of values.
 * @returns undefined for no values
 */
export function momentsOf(values: ArrayLike<number>): Moments | undefined {
  const count = values.length;
  if (count === 0) return undefined;
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < count; i += 1) {
    const value = values[i] ?? NaN;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const sum = compensatedSum(values, (value) => value);
  const mean = sum / count;
  const variance = compensatedSum(values, (value) => (value - mean) ** 2) / count;
  return { count, sum, mean, standardDeviation: Math.sqrt(variance), min, max };
}

function compensatedSum(values: ArrayLike<number>, term: (value: number) => number): number {
  let [sum, lost] = [0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const x = term(values[i] ?? NaN);
    const next = sum + x;
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + lost;
}
