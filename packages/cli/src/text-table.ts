/** A table for a terminal; `widthsMax` bounds each column in characters, longer cells take several lines. */
export function textTable(rows: readonly (readonly string[])[], widthsMax: readonly number[]): string {
  const cells = rows.map((row) => row.map((cell, column) => wrapped(cell, widthsMax[column] ?? 40)));
  const widths = widthsMax.map((_, column) =>
    Math.max(...cells.map((row) => Math.max(...(row[column] ?? [""]).map((line) => line.length)))),
  );
  const [header = [], ...body] = cells.map((row) => linesOf(row, widths));
  return [...header, widths.map((width) => "─".repeat(width)).join("  "), ...body.flat()].join("\n");
}

function linesOf(row: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const height = Math.max(...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map((cell, column) => (cell[line] ?? "").padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Lines of at most `width` characters, broken at spaces where there are any. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
