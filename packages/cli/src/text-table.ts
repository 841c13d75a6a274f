/** A table for a terminal; `widthsMax` bounds each column in characters, longer cells are cut. */
export function textTable(rows: readonly (readonly string[])[], widthsMax: readonly number[]): string {
  const cells = rows.map((row) => row.map((cell, column) => cut(cell, widthsMax[column] ?? 40)));
  const widths = widthsMax.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const [header = [], ...body] = cells;
  return [line(header), widths.map((width) => "─".repeat(width)).join("  "), ...body.map(line)].join("\n");
}

function cut(cell: string, widthMax: number): string {
  return cell.length > widthMax ? `${cell.slice(0, widthMax - 1)}…` : cell;
}
