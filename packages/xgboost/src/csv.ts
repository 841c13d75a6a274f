import { readDecimal } from "./decimal.ts";
import type { Matrix } from "./dmatrix.ts";

/** Where a file breaks the rules, for a person to find it. Lines and columns count from 1. */
export interface Malformed {
  readonly kind: "malformed";
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** A sentence that stands without the rest. */
  readonly message: string;
}

export type CsvReading = { readonly kind: "matrix"; readonly matrix: Matrix } | Malformed;

export type LabelledReading =
  | {
      readonly kind: "labelled";
      readonly matrix: Matrix;
      readonly labels: Float32Array;
      readonly weights?: Float32Array;
    }
  | Malformed;

const [newline, carriageReturn, comma, quote] = [0x0a, 0x0d, 0x2c, 0x22];

/**
 * Reads numbers separated by commas, one row to a line, no header. An empty field and `nan` are missing values.
 * Strict, since XGBoost's own reader takes text for missing, a header for a row and lets rows differ in length.
 *
 * @param file the name used in messages
 * @param columns how many columns there must be; without it the first line says
 */
export function readCsv(bytes: Uint8Array, file: string, columns?: number): CsvReading {
  const at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let end = bytes.length;
  while (end > at && (bytes[end - 1] === newline || bytes[end - 1] === carriageReturn)) end -= 1;
  if (end === at) return { kind: "malformed", file, line: 1, message: `${file} is empty` };
  const width = columns ?? countColumns(bytes, at, end);
  let rows = 1;
  for (let i = at; i < end; i += 1) if (bytes[i] === newline) rows += 1;
  const values = new Float32Array(rows * width);
  let [row, column, start] = [0, 0, at];
  for (let i = at; i <= end; i += 1) {
    const byte = i === end ? newline : bytes[i];
    if (byte !== comma && byte !== newline) continue;
    const stop = byte === newline && i > start && bytes[i - 1] === carriageReturn ? i - 1 : i;
    const value = start === stop ? NaN : (readDecimal(bytes, start, stop) ?? special(bytes, start, stop));
    if (value === undefined || (start === stop && byte === newline && column === 0 && width > 1)) {
      return unreadable(bytes, { file, row, column, start, stop, width });
    }
    if (!Number.isFinite(Math.fround(value)) && !Number.isNaN(value)) {
      return malformed(
        file,
        row,
        column,
        `holds ${textOf(bytes, start, stop)}, which is too large for a 32-bit number`,
      );
    }
    if (column < width) values[row * width + column] = value;
    column += 1;
    start = i + 1;
    if (byte === comma) continue;
    if (column !== width) return ragged(file, row, column, width, columns !== undefined);
    row += 1;
    column = 0;
  }
  return { kind: "matrix", matrix: { values, rows, columns: width } };
}

/**
 * Reads a training table: the label in the first column, the features in the rest.
 * @param options.weights the second column holds the row's weight (the built-in algorithm's csv_weights=1)
 */
export function readLabelledCsv(
  bytes: Uint8Array,
  file: string,
  options: { readonly weights?: boolean; readonly columns?: number } = {},
): LabelledReading {
  const lead = options.weights === true ? 2 : 1;
  const read = readCsv(bytes, file, options.columns === undefined ? undefined : options.columns + lead);
  if (read.kind === "malformed") return read;
  const { values, rows, columns } = read.matrix;
  if (columns <= lead) {
    return malformed(file, 0, 0, `is all there is: the label is to be followed by at least one feature`);
  }
  const width = columns - lead;
  const features = new Float32Array(rows * width);
  const [labels, weights] = [new Float32Array(rows), new Float32Array(options.weights === true ? rows : 0)];
  for (let row = 0; row < rows; row += 1) {
    const from = row * columns;
    for (let column = 0; column < lead; column += 1) {
      const value = values[from + column] ?? NaN;
      if (Number.isNaN(value)) {
        return malformed(
          file,
          row,
          column,
          column === 0 ? "is the label and is missing" : "is the weight and is missing",
        );
      }
      if (column === 0) labels[row] = value;
      else if (value < 0) return malformed(file, row, column, `is the weight and is negative (${value})`);
      else weights[row] = value;
    }
    features.set(values.subarray(from + lead, from + columns), row * width);
  }
  const matrix = { values: features, rows, columns: width };
  return options.weights === true
    ? { kind: "labelled", matrix, labels, weights }
    : { kind: "labelled", matrix, labels };
}

function countColumns(bytes: Uint8Array, from: number, to: number): number {
  let columns = 1;
  for (let i = from; i < to && bytes[i] !== newline; i += 1) if (bytes[i] === comma) columns += 1;
  return columns;
}

/** Blanks around a number are forgiven, `nan` is a missing value. */
function special(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to - from > 400) return undefined;
  const text = textOf(bytes, from, to).trim();
  if (/^[-+]?nan$/i.test(text)) return NaN;
  const trimmed = new TextEncoder().encode(text);
  return trimmed.length === 0 ? NaN : readDecimal(trimmed, 0, trimmed.length);
}

function unreadable(
  bytes: Uint8Array,
  x: { file: string; row: number; column: number; start: number; stop: number; width: number },
): Malformed {
  const { file, row, column, start, stop } = x;
  const text = textOf(bytes, start, stop);
  if (start === stop) return { kind: "malformed", file, line: row + 1, message: `${file}, line ${row + 1} is empty` };
  if (bytes[start] === quote && /^"[-+.\d]/.test(text)) {
    return malformed(file, row, column, `holds ${text}: numbers are to be written without quotation marks`);
  }
  if (x.width === 1 && /[;\t|]/.test(text)) {
    return malformed(file, row, column, `holds ${shown(text)}: columns are to be separated by commas`);
  }
  if (row === 0) {
    const message = `${file}, line 1 looks like a header (${shown(text)} is not a number); the file must start with data`;
    return { kind: "malformed", file, line: 1, column: column + 1, message };
  }
  return malformed(file, row, column, `holds ${shown(text)}, which is not a number`);
}

function ragged(file: string, row: number, found: number, width: number, fixed: boolean): Malformed {
  const others = fixed ? `${width} are expected` : `line 1 has ${width}`;
  const message = `${file}, line ${row + 1} has ${found} columns; ${others}`;
  return { kind: "malformed", file, line: row + 1, message };
}

function malformed(file: string, row: number, column: number, what: string): Malformed {
  const message = `${file}, line ${row + 1}, column ${column + 1} ${what}`;
  return { kind: "malformed", file, line: row + 1, column: column + 1, message };
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  const text = new TextDecoder().decode(bytes.subarray(from, Math.min(to, from + 60)));
  return to - from > 60 ? `${text}…` : text;
}

function shown(text: string): string {
  return JSON.stringify(text);
}
