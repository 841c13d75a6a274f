export interface Bucket {
  readonly lowerBound: number;
  readonly upperBound: number;
  readonly count: number;
}

export const bucketCount = 10;

/**
 * Ten buckets of equal width between the smallest and the largest value; each holds its lower bound and not its upper
 * one, but for the last, which holds both. Source: awslabs/deequ, KLLSketch.scala (`bucketList`).
 * Values that are all the same fall into the last bucket, whose bounds are all that value.
 */
export function equalWidthHistogram(values: ArrayLike<number>, buckets = bucketCount): readonly Bucket[] {
  if (values.length === 0) return [];
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += 1) {
    min = Math.min(min, values[i] ?? NaN);
    max = Math.max(max, values[i] ?? NaN);
  }
  const bounds = Array.from({ length: buckets + 1 }, (_, i) =>
    i === buckets ? max : min + ((max - min) * i) / buckets,
  );
  const counts = new Array<number>(buckets).fill(0);
  for (let i = 0; i < values.length; i += 1) {
    const bucket = bucketOf(values[i] ?? NaN, bounds, buckets);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts.map((count, i) => ({ lowerBound: bounds[i] ?? NaN, upperBound: bounds[i + 1] ?? NaN, count }));
}

/** The division is rounded, so the neighbour may be the right one; the bounds decide. */
function bucketOf(value: number, bounds: readonly number[], buckets: number): number {
  const [min = 0, max = 0] = [bounds[0], bounds[buckets]];
  if (min === max) return buckets - 1;
  let bucket = Math.min(buckets - 1, Math.floor(((value - min) / (max - min)) * buckets));
  while (bucket > 0 && value < (bounds[bucket] ?? -Infinity)) bucket -= 1;
  while (bucket < buckets - 1 && value >= (bounds[bucket + 1] ?? Infinity)) bucket += 1;
  return bucket;
}
