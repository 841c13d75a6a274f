import { draw, labelsOf, look, shortNumber } from "./drawing.ts";

const featuresMax = 20;
const [widthPx, rowPx] = [640, 26];

/**
 * A bar for each feature: how far it moves the answers, over all records.
 * @param order the features to draw, most influential first
 * @param measure what the numbers are, for the axis
 */
export function drawGlobal(
  names: readonly string[],
  values: readonly number[],
  order: readonly number[],
  measure: string,
): Promise<string> {
  const shown = order.slice(0, featuresMax);
  const labels = labelsOf(shown.map((feature) => names[feature] ?? ""));
  const bars = shown.map((feature, place) => {
    const value = values[feature] ?? 0;
    return { feature: labels[place] ?? "", value, text: shortNumber(value) };
  });
  const rest = names.length - bars.length;
  return draw({
    width: widthPx,
    height: rowPx * bars.length,
    padding: 18,
    title: {
      text: "How much each feature moves the answers",
      subtitle:
        rest > 0 ? `The ${bars.length} most influential of ${names.length} features` : `All ${names.length} features`,
    },
    data: [{ name: "bars", values: bars }],
    scales: [
      { name: "x", type: "linear", domain: { data: "bars", field: "value" }, zero: true, range: "width" },
      { name: "y", type: "band", domain: bars.map(({ feature }) => feature), range: "height", padding: 0.28 },
    ],
    axes: [
      { orient: "bottom", scale: "x", grid: true, tickCount: 6, title: measure },
      { orient: "left", scale: "y" },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { scale: "x", value: 0 },
            x2: { scale: "x", field: "value" },
            y: { scale: "y", field: "feature" },
            height: { scale: "y", band: 1 },
            fill: { value: look.low },
            cornerRadius: { value: 2 },
          },
        },
      },
      {
        type: "text",
        from: { data: "bars" },
        encode: {
          enter: {
            x: { scale: "x", field: "value", offset: 6 },
            y: { scale: "y", field: "feature", band: 0.5 },
            text: { field: "text" },
            baseline: { value: "middle" },
            fill: { value: look.quiet },
          },
        },
      },
    ],
  });
}
