import { type LabelledReading, type Matrix, readLabelledCsv, readLibsvm } from "@strongroom/xgboost";
import { channelFiles, type Contract, JobFailure } from "./contract.ts";

/** A channel's rows, one file after the other. */
export interface ChannelData {
  readonly matrix: Matrix;
  readonly labels: Float32Array;
  readonly weights?: Float32Array;
}

type Labelled = Extract<LabelledReading, { kind: "labelled" }>;

const csvTypes: readonly string[] = ["text/csv", "csv"];
const libsvmTypes: readonly string[] = ["text/libsvm", "text/x-libsvm", "libsvm"];

/**
 * Reads a channel as its content type says (the built-in algorithm's default is libsvm).
 * @param columns the width of the training data, for the channels after it
 * @throws JobFailure naming channel, file, line and column
 */
export function readChannel(
  contract: Contract,
  channel: string,
  x: { readonly contentType: string; readonly csvWeights: boolean; readonly columns?: number },
): ChannelData {
  const read = readerFor(channel, x.contentType, x.csvWeights);
  const files = channelFiles(contract, channel);
  if (files.length === 0) {
    throw new JobFailure(`Channel "${channel}" holds no files. Does its S3Uri name the folder or object of the data?`);
  }
  const parts: Labelled[] = [];
  for (const { name, bytes } of files) {
    const columns = x.columns ?? (csvTypes.includes(mediaType(x.contentType)) ? parts[0]?.matrix.columns : undefined);
    const part = read(bytes, name, columns);
    if (part.kind === "malformed") throw new JobFailure(`${part.message}.`);
    parts.push(part);
  }
  return joined(parts);
}

type Reader = (bytes: Uint8Array, name: string, columns: number | undefined) => LabelledReading;

function readerFor(channel: string, contentType: string, csvWeights: boolean): Reader {
  const type = mediaType(contentType);
  if (csvTypes.includes(type)) {
    const labelSize = /;\s*label_size\s*=\s*(\d+)/i.exec(contentType)?.[1];
    if (labelSize !== undefined && labelSize !== "1") {
      throw new JobFailure(`Channel "${channel}" has label_size=${labelSize}; only label_size=1 is supported.`);
    }
    return (bytes, name, columns) =>
      readLabelledCsv(bytes, name, { weights: csvWeights, ...(columns === undefined ? {} : { columns }) });
  }
  if (libsvmTypes.includes(type)) return (bytes, name, columns) => readLibsvm(bytes, name, columns);
  const served = [...csvTypes, ...libsvmTypes].join(", ");
  throw new JobFailure(`Channel "${channel}" has content type ${contentType}, which is not supported (${served} are).`);
}

function mediaType(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

function joined(parts: readonly Labelled[]): ChannelData {
  const rows = parts.reduce((sum, part) => sum + part.matrix.rows, 0);
  const columns = Math.max(...parts.map((part) => part.matrix.columns));
  const values = new Float32Array(rows * columns).fill(NaN);
  const [labels, weights] = [new Float32Array(rows), new Float32Array(rows).fill(1)];
  let at = 0;
  for (const part of parts) {
    const { matrix } = part;
    for (let row = 0; row < matrix.rows; row += 1) {
      values.set(matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns), (at + row) * columns);
    }
    labels.set(part.labels, at);
    if (part.weights !== undefined) weights.set(part.weights, at);
    at += matrix.rows;
  }
  const data = { matrix: { values, rows, columns }, labels };
  return parts.some((part) => part.weights !== undefined) ? { ...data, weights } : data;
}
