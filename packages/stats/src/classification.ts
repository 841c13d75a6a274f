/** How the answers of a classifier compare with the truth. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Ratios of a confusion matrix; NaN where nothing is there to divide by. */
export interface ClassificationMetrics {
  /** (TP + TN) / all */
  readonly accuracy: number;
  /** TP / (TP + FP) */
  readonly precision: number;
  /** TP / (TP + FN), the true positive rate */
  readonly recall: number;
  /** FP / (FP + TN) */
  readonly falsePositiveRate: number;
  /** The harmonic mean of precision and recall: 2·TP / (2·TP + FP + FN) */
  readonly f1: number;
}

/**
 * The area under the ROC curve: the probability that a positive case scores higher than a negative one, ties counting
 * half. `(R − p·(p+1)/2) / (p·n)` with R the sum of the positives' ranks, tied scores sharing the mean of their ranks.
 * Source: Mann and Whitney, 1947; Hanley and McNeil, Radiology 143, 1982.
 * @param labels 1 for positive, 0 for negative
 * @returns NaN unless both classes are there
 */
export function areaUnderRoc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  requireSameLength(labels, scores);
  const order = Uint32Array.from({ length: labels.length }, (_, i) => i).sort(
    (a, b) => (scores[a] ?? NaN) - (scores[b] ?? NaN),
  );
  let [positives, rankSum] = [0, 0];
  for (let from = 0; from < order.length;) {
    const score = scores[order[from] ?? 0];
    let to = from;
    let tied = 0;
    for (; to < order.length && scores[order[to] ?? 0] === score; to += 1) if (labels[order[to] ?? 0] === 1) tied += 1;
    // Ranks count from 1: the mean of from+1 … to.
    rankSum += (tied * (from + 1 + to)) / 2;
    positives += tied;
    from = Math.max(to, from + 1);
  }
  const negatives = labels.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * `−(1/N)·Σ(y·ln p + (1−y)·ln(1−p))`, with probabilities kept away from 0 and 1 by 1e-16 as XGBoost's logloss does.
 */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  requireSameLength(labels, probabilities);
  const smallest = 1e-16;
  let sum = 0;
  for (let i = 0; i < labels.length; i += 1) {
    const [y, p] = [labels[i] ?? NaN, probabilities[i] ?? NaN];
    sum -= y * Math.log(Math.max(p, smallest)) + (1 - y) * Math.log(Math.max(1 - p, smallest));
  }
  return sum / labels.length;
}

/** Counts answers; a score of `threshold` or more is a positive one. */
export function confusionOf(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold = 0.5): Confusion {
  requireSameLength(labels, scores);
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  for (let i = 0; i < labels.length; i += 1) {
    const said = (scores[i] ?? NaN) >= threshold;
    if (labels[i] === 1) counts[said ? "truePositives" : "falseNegatives"] += 1;
    else counts[said ? "falsePositives" : "trueNegatives"] += 1;
  }
  return counts;
}

export function classificationMetrics(confusion: Confusion): ClassificationMetrics {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = confusion;
  return {
    accuracy: (tp + tn) / (tp + tn + fp + fn),
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    falsePositiveRate: fp / (fp + tn),
    f1: (2 * tp) / (2 * tp + fp + fn),
  };
}

function requireSameLength(a: ArrayLike<number>, b: ArrayLike<number>): void {
  if (a.length !== b.length) throw new RangeError(`${a.length} labels and ${b.length} scores`);
}
