/** A small credit-like table made from a fixed recurrence: the label depends on the first two columns. */
export function sampleTable(rows: number): {
  readonly csv: string;
  readonly labels: Float32Array;
  readonly values: Float32Array;
} {
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const columns = 4;
  const values = new Float32Array(rows * columns);
  const labels = new Float32Array(rows);
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const features = [next() * 10, next(), Math.floor(next() * 5), next() * 1000 - 500].map((x) =>
      Number(x.toFixed(3)),
    );
    const [a = 0, b = 0] = features;
    labels[row] = a * 0.1 + b + next() * 0.4 > 1.1 ? 1 : 0;
    values.set(features, row * columns);
    lines.push([labels[row], ...features].join(","));
  }
  return { csv: `${lines.join("\n")}\n`, labels, values };
}
