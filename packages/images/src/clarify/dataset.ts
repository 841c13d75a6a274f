import { readCsv, type Matrix } from "@strongroom/xgboost";
import type { AnalysisConfig } from "./analysis-config.ts";
import { ExplanationFailure } from "./explanation-failure.ts";

/** The records to explain: the features alone, with their names. */
export interface Dataset {
  readonly names: readonly string[];
  readonly matrix: Matrix;
}

/**
 * Reads the records of CSV files and takes the label's column out.
 * @throws ExplanationFailure for what is no table of numbers, or does not fit its headers
 */
export function readDataset(files: readonly { name: string; bytes: Uint8Array }[], config: AnalysisConfig): Dataset {
  if (files.length === 0) throw new ExplanationFailure("The data set has no files.");
  let names = config.headers;
  const parts: Matrix[] = [];
  for (const { name, bytes } of files) {
    let rest = bytes;
    if (config.headers === undefined) {
      const end = bytes.indexOf(0x0a);
      const header = new TextDecoder().decode(bytes.subarray(0, end === -1 ? bytes.length : end)).trim();
      names ??= header.split(",").map((column) => column.trim().replace(/^"(.*)"$/, "$1"));
      rest = bytes.subarray(end === -1 ? bytes.length : end + 1);
    }
    const read = readCsv(rest, name, names?.length);
    if (read.kind === "malformed") throw new ExplanationFailure(`${read.message}.`);
    parts.push(read.matrix);
  }
  return withoutLabel(names ?? [], parts, config.label);
}

function withoutLabel(names: readonly string[], parts: readonly Matrix[], label: string | number | undefined): Dataset {
  const at = label === undefined ? -1 : typeof label === "number" ? label : names.indexOf(label);
  if (label !== undefined && names[at] === undefined) {
    throw new ExplanationFailure(`The label ${JSON.stringify(label)} is none of the columns (${names.join(", ")}).`);
  }
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const features = names.filter((_, column) => column !== at);
  const values = new Float32Array(rows * features.length);
  let to = 0;
  for (const part of parts) {
    for (let from = 0; from < part.values.length; from += 1) {
      if (from % part.columns !== at) values[to++] = part.values[from] ?? NaN;
    }
  }
  return { names: features, matrix: { values, rows, columns: features.length } };
}
