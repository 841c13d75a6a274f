import { AnalysisFailure } from "./analysis-failure.ts";

/** A data set column by column, as texts; an empty text is a missing value. */
export interface Table {
  readonly names: readonly string[];
  readonly columns: readonly (readonly string[])[];
  readonly rows: number;
}

/** Columns without a header are called _c0, _c1, … */
export const namesFor = (columns: number): string[] => Array.from({ length: columns }, (_, i) => `_c${i}`);

/** Turns rows of one width into columns. */
export function tableOf(rows: readonly (readonly string[])[], names: readonly string[]): Table {
  const columns = names.map((_, column) => rows.map((row) => row[column] ?? ""));
  return { names, columns, rows: rows.length };
}

/**
 * Reads the rows of a CSV text (RFC 4180: fields may be quoted, a quotation mark is doubled, quoted fields may hold
 * newlines). Blanks around a field do not count.
 * @throws AnalysisFailure naming file and line for rows that differ in length and quotation marks that do not close
 */
export function readRows(text: string, file: string, columns?: number): string[][] {
  const content = text.replace(/^\ufeff/, "");
  const rows = content.includes('"') ? quotedRows(content, file) : plainRows(content);
  const width = columns ?? rows[0]?.length ?? 0;
  for (const [index, row] of rows.entries()) {
    if (row.length !== width) {
      throw new AnalysisFailure(`${file}, row ${index + 1} has ${row.length} columns; ${width} are expected.`);
    }
  }
  return rows;
}

function plainRows(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line) => line.split(",").map((field) => field.trim()));
}

function quotedRows(text: string, file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:\s*"((?:[^"]|"")*)"[^\S\r\n]*|([^,\r\n"]*))(,|\r?\n|$)/y;
  while (field.lastIndex < text.length || row.length > 0) {
    const match = field.exec(text);
    if (match === null) throw new AnalysisFailure(`${file}, row ${rows.length + 1} has a quotation mark out of place.`);
    const [, quoted, plain = "", end] = match;
    row.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    if (field.lastIndex >= text.length) break;
  }
  return rows;
}
