/**
 * Area under the ROC curve: the chance that a positive scores above a negative, ties counting half
 * (Mann-Whitney U). `labels` are 0 or 1. NaN where one of the classes is absent.
 */
export function auc(labels: readonly number[], scores: readonly number[]): number {
  const order = scores.map((score, row) => ({ score, label: labels[row] ?? 0 })).sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && order[end]?.score === order[start]?.score) end += 1;
    const meanRank = (start + 1 + end) / 2;
    for (let i = start; i < end; i += 1) if (order[i]?.label === 1) rankSum += meanRank;
    start = end;
  }
  const positives = labels.filter((label) => label === 1).length;
  const negatives = labels.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
