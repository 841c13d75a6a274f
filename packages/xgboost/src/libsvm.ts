import type { LabelledReading, Malformed } from "./csv.ts";
import { readDecimal } from "./decimal.ts";

/** A table this wide and long would not fit into memory once its gaps are filled in. */
const cellsMax = 2 ** 28;

/**
 * Reads libsvm text, `label[:weight] index:value …`, one row to a line. Indices count from 0, as XGBoost reads them;
 * what a row does not name is missing.
 * @param columns how many columns there are to be; without it the largest index says
 */
export function readLibsvm(bytes: Uint8Array, file: string, columns?: number): LabelledReading {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  if (lines.length === 0) return { kind: "malformed", file, line: 1, message: `${file} is empty` };
  const labels = new Float32Array(lines.length);
  const weights = new Float32Array(lines.length).fill(1);
  const cells: [row: number, index: number, value: number][] = [];
  let width = columns ?? 0;
  let weighted = false;
  for (const [row, line] of lines.entries()) {
    const [head = "", ...entries] = line.replace(/#.*$/, "").trim().split(/\s+/);
    const [label, weight] = head.split(":").map(numberOf);
    if (label === undefined) return malformed(file, row, `starts with ${JSON.stringify(head)} instead of a label`);
    labels[row] = label;
    if (weight !== undefined) {
      weights[row] = weight;
      weighted = true;
    }
    for (const entry of entries) {
      const [name = "", text = "", rest] = entry.split(":");
      const [index, value] = [Number(name), numberOf(text)];
      if (!/^\d+$/.test(name) || index >= 2 ** 31 || value === undefined || rest !== undefined) {
        return malformed(file, row, `holds ${JSON.stringify(entry)} where index:value is expected`);
      }
      if (columns !== undefined && index >= columns) {
        return malformed(file, row, `names feature ${index}; the training data has ${columns}, counted from 0`);
      }
      width = Math.max(width, index + 1);
      cells.push([row, index, value]);
    }
  }
  if (width === 0) return malformed(file, 0, "names no feature, and no other line does");
  if (width * lines.length > cellsMax)
    return malformed(file, 0, `and the rest make a table of ${cellsMax} cells or more`);
  const values = new Float32Array(lines.length * width).fill(NaN);
  for (const [row, index, value] of cells) values[row * width + index] = value;
  const matrix = { values, rows: lines.length, columns: width };
  return weighted ? { kind: "labelled", matrix, labels, weights } : { kind: "labelled", matrix, labels };
}

function numberOf(text: string): number | undefined {
  const bytes = new TextEncoder().encode(text);
  const value = readDecimal(bytes, 0, bytes.length);
  return value !== undefined && Number.isFinite(Math.fround(value)) ? value : undefined;
}

function malformed(file: string, row: number, what: string): Malformed {
  return { kind: "malformed", file, line: row + 1, message: `${file}, line ${row + 1} ${what}` };
}
