export interface Distortion {
  readonly columns: readonly string[];
  readonly rows: string[][];
}

/**
 * Distorts two columns as a fault upstream would: an amount with many values (as LIMIT_BAL) is
 * multiplied as if its currency had changed, and a category with few (as EDUCATION) is always its
 * largest value. Whole numbers stay whole.
 */
export function distort(rows: readonly (readonly string[])[], names: readonly string[]): Distortion {
  const distinct = names.map((_, column) => new Set(rows.map((row) => row[column] ?? "")).size);
  const isWhole = names.map((_, column) => rows.every((row) => Number.isInteger(Number(row[column]))));
  const amount = mostBy(names, (column) => (isWhole[column] === true ? (distinct[column] ?? 0) : -1));
  const category = mostBy(names, (column) => {
    const values = distinct[column] ?? 0;
    return isWhole[column] === true && column !== amount && values >= 3 && values <= 10
      ? -share(rows, column)
      : -Infinity;
  });
  const largest = String(Math.max(...rows.map((row) => Number(row[category]))));
  return {
    columns: [names[amount] ?? "", names[category] ?? ""],
    rows: rows.map((row) =>
      row.map((cell, column) =>
        column === amount ? String(Number(cell) * 10 + 7) : column === category ? largest : cell,
      ),
    ),
  };
}

/** How much of the column is its largest value already. */
function share(rows: readonly (readonly string[])[], column: number): number {
  const largest = Math.max(...rows.map((row) => Number(row[column])));
  return rows.filter((row) => Number(row[column]) === largest).length / rows.length;
}

function mostBy(names: readonly string[], score: (column: number) => number): number {
  const scores = names.map((_, column) => score(column));
  return scores.indexOf(Math.max(...scores));
}
