import { draw, labelsOf, look, shortNumber, signed } from "./drawing.ts";
import type { Explanation } from "./tree-shap.ts";

const stepsMax = 10;
const [widthPx, rowPx] = [560, 32];

interface Step {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly raises: boolean;
}

/**
 * One record's answer as a way from what the model answers on average to what it answers here, the largest steps first.
 * After shap's waterfall plot.
 * @param features the records' raw values, rows by columns
 */
export function drawLocal(explanation: Explanation, features: Float32Array, row: number): Promise<string> {
  const steps = stepsOf(explanation, features, row);
  const [margin = NaN, prediction = NaN] = [explanation.margins[row], explanation.predictions[row]];
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const [min, max] = [Math.min(...ends), Math.max(...ends)];
  const room = (max - min || 1) * 0.12;
  const logistic = explanation.model.objective.endsWith(":logistic");
  const answer = logistic ? `, a probability of ${prediction.toFixed(3)}` : "";
  return draw({
    width: widthPx,
    height: rowPx * steps.length,
    padding: 18,
    title: {
      text: `Record ${row + 1}: from the average to this answer`,
      subtitle: `${signed(explanation.expectedValue)} on average, ${signed(margin)} here${answer}`,
    },
    data: [{ name: "steps", values: steps }],
    scales: [
      { name: "x", type: "linear", domain: [min - room, max + room], range: "width", nice: false, zero: false },
      { name: "y", type: "band", domain: steps.map(({ label }) => label), range: "height", padding: 0.24 },
    ],
    axes: [
      { orient: "bottom", scale: "x", grid: true, tickCount: 7, title: "Margin (log-odds)" },
      { orient: "left", scale: "y", labelLimit: 420 },
    ],
    marks: [
      rule(explanation.expectedValue, [3, 3]),
      rule(margin, []),
      {
        type: "rect",
        from: { data: "steps" },
        encode: {
          enter: {
            x: { scale: "x", field: "from" },
            x2: { scale: "x", field: "to" },
            y: { scale: "y", field: "label" },
            height: { scale: "y", band: 1 },
            fill: { signal: `datum.raises ? '${look.high}' : '${look.low}'` },
            cornerRadius: { value: 2 },
          },
        },
      },
      {
        type: "text",
        from: { data: "steps" },
        encode: {
          enter: {
            x: { signal: "scale('x', datum.to) + (datum.raises ? 6 : -6)" },
            y: { scale: "y", field: "label", band: 0.5 },
            text: { field: "text" },
            align: { signal: "datum.raises ? 'left' : 'right'" },
            baseline: { value: "middle" },
            fill: { signal: `datum.raises ? '${look.high}' : '${look.low}'` },
          },
        },
      },
    ],
  });
}

function rule(x: number, dash: readonly number[]) {
  return {
    type: "rule" as const,
    encode: {
      enter: {
        x: { scale: "x", value: x },
        y: { value: 0 },
        y2: { signal: "height" },
        stroke: { value: look.quiet },
        strokeWidth: { value: 1 },
        strokeDash: { value: [...dash] },
      },
    },
  };
}

function stepsOf(explanation: Explanation, features: Float32Array, row: number): Step[] {
  const { names, values, expectedValue } = explanation;
  const columns = names.length;
  const order = names
    .map((_, feature) => feature)
    .sort((a, b) => Math.abs(values[row * columns + b] ?? 0) - Math.abs(values[row * columns + a] ?? 0));
  const single = order.length <= stepsMax ? order : order.slice(0, stepsMax - 1);
  const labels = labelsOf(
    single.map((feature) => names[feature] ?? ""),
    28,
  );
  const parts = single.map((feature, place) => {
    const value = features[row * columns + feature] ?? NaN;
    const label = `${labels[place] ?? ""} = ${Number.isNaN(value) ? "missing" : shortNumber(value)}`;
    return { label, shap: values[row * columns + feature] ?? 0 };
  });
  const others = order.slice(single.length);
  if (others.length > 0) {
    const shap = others.reduce((sum, feature) => sum + (values[row * columns + feature] ?? 0), 0);
    parts.push({ label: `${others.length} other features`, shap });
  }
  let at = expectedValue;
  return parts.map(({ label, shap }) => {
    const from = at;
    at += shap;
    return { label, from, to: at, text: signed(shap), raises: shap >= 0 };
  });
}

/** The record whose answer lies furthest above the average: the one that somebody will ask about. */
export function mostNotable(explanation: Explanation): number {
  return explanation.margins.indexOf(explanation.margins.reduce((a, b) => Math.max(a, b), -Infinity));
}
