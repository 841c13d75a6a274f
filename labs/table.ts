/** A table in columns of equal width, for a terminal; long cells are cut. */
export function textTable(rows: readonly (readonly string[])[], widthMax = 44): string {
  const cut = rows.map((row) => row.map((cell) => (cell.length > widthMax ? `${cell.slice(0, widthMax - 1)}…` : cell)));
  const widths = (cut[0] ?? []).map((_, column) => Math.max(...cut.map((row) => row[column]?.length ?? 0)));
  return cut
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
