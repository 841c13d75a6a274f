import { draw, labelsOf, look } from "./drawing.ts";
import type { Explanation } from "./tree-shap.ts";

const featuresMax = 20;
/** Points of one feature; of more records every n-th is drawn. */
const pointsMax = 500;
const [widthPx, rowPx, radiusPx] = [640, 32, 2.6];

interface Point {
  readonly feature: string;
  readonly shap: number;
  /** Pixels above (negative) or below the feature's line. */
  readonly offset: number;
  /** Where the feature's value stands among all of its values, 0 to 1; null for a missing one. */
  readonly rank: number | null;
}

/**
 * The summary of an explanation: a line for each feature, a point for each record, to the right where the feature raised
 * the answer, coloured by the feature's value. After shap's beeswarm plot.
 * @param features their raw values, rows by columns
 * @param order the features to draw, most influential first
 */
export function drawSummary(
  explanation: Explanation,
  features: Float32Array,
  order: readonly number[],
): Promise<string> {
  const shown = order.slice(0, featuresMax);
  const labels = labelsOf(shown.map((feature) => explanation.names[feature] ?? ""));
  const drawn = Math.min(explanation.rows, pointsMax);
  const rows = Array.from({ length: drawn }, (_, i) => Math.floor((i * explanation.rows) / drawn));
  const extent = extentOf(explanation, shown, rows);
  const points = shown.flatMap((feature, place) =>
    pointsOf(explanation, features, feature, labels[place] ?? "", rows, extent),
  );
  const some = drawn < explanation.rows ? `${drawn.toLocaleString("en-US")} of ` : "";
  return draw({
    width: widthPx,
    height: rowPx * shown.length,
    padding: 18,
    title: {
      text: "What moves the model's answers",
      subtitle: `One point for each of ${some}${explanation.rows.toLocaleString("en-US")} records; most influential feature first`,
    },
    data: [{ name: "points", values: points }],
    scales: [
      { name: "x", type: "linear", domain: [...extent], range: "width", nice: false },
      { name: "y", type: "band", domain: labels, range: "height" },
      { name: "color", type: "linear", domain: [0, 0.5, 1], range: [look.low, look.middle, look.high] },
    ],
    axes: [
      { orient: "bottom", scale: "x", grid: true, tickCount: 7, title: "SHAP value: effect on the margin (log-odds)" },
      { orient: "left", scale: "y" },
    ],
    legends: [
      {
        type: "gradient",
        fill: "color",
        title: "Feature's value",
        orient: "right",
        offset: 24,
        gradientLength: Math.min(180, rowPx * shown.length - 30),
        gradientThickness: 10,
        values: [0, 1],
        encode: { labels: { update: { text: { signal: "datum.value == 0 ? 'low' : 'high'" } } } },
      },
    ],
    marks: [
      {
        type: "rule",
        encode: {
          enter: {
            x: { scale: "x", value: 0 },
            y: { value: 0 },
            y2: { signal: "height" },
            stroke: { value: look.quiet },
            strokeWidth: { value: 1 },
          },
        },
      },
      {
        type: "symbol",
        from: { data: "points" },
        encode: {
          enter: {
            x: { scale: "x", field: "shap" },
            y: { scale: "y", field: "feature", band: 0.5, offset: { field: "offset" } },
            size: { value: Math.round(Math.PI * radiusPx ** 2) },
            fill: [
              { test: "datum.rank == null", value: look.missing },
              { scale: "color", field: "rank" },
            ],
            fillOpacity: { value: 0.8 },
          },
        },
      },
    ],
  });
}

function extentOf(
  explanation: Explanation,
  shown: readonly number[],
  rows: readonly number[],
): readonly [number, number] {
  const columns = explanation.names.length;
  let [min, max] = [0, 0];
  for (const row of rows) {
    for (const feature of shown) {
      const value = explanation.values[row * columns + feature] ?? 0;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  const margin = (max - min || 1) * 0.04;
  return [min - margin, max + margin];
}

function pointsOf(
  explanation: Explanation,
  features: Float32Array,
  feature: number,
  label: string,
  rows: readonly number[],
  [min, max]: readonly [number, number],
): Point[] {
  const columns = explanation.names.length;
  const at = (values: Float32Array, row: number): number => values[row * columns + feature] ?? NaN;
  const ranks = ranksOf(rows.map((row) => at(features, row)));
  const columnOf = (shap: number): number => Math.round((((shap - min) / (max - min)) * widthPx) / (radiusPx * 1.3));
  const stacked = new Map<number, number>();
  for (const row of rows) {
    const column = columnOf(at(explanation.values, row));
    stacked.set(column, (stacked.get(column) ?? 0) + 1);
  }
  // The fullest column fills the line, or points lie one radius apart where there is room.
  const step = Math.min(radiusPx * 1.3, (rowPx * 0.84) / Math.max(...stacked.values()));
  const placed = new Map<number, number>();
  return rows.map((row, i) => {
    const shap = at(explanation.values, row);
    const column = columnOf(shap);
    const place = placed.get(column) ?? 0;
    placed.set(column, place + 1);
    const offset = step * Math.ceil(place / 2) * (place % 2 === 0 ? 1 : -1);
    return { feature: label, shap, offset, rank: ranks[i] ?? null };
  });
}

/** The share of other values that are smaller, ties at their middle. */
function ranksOf(values: readonly number[]): (number | null)[] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const last = Math.max(1, sorted.length - 1);
  const [first, end] = [new Map<number, number>(), new Map<number, number>()];
  for (const [place, value] of sorted.entries()) {
    if (!first.has(value)) first.set(value, place);
    end.set(value, place);
  }
  return values.map((value) =>
    Number.isNaN(value) ? null : ((first.get(value) ?? 0) + (end.get(value) ?? 0)) / 2 / last,
  );
}
