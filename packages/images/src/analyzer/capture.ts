import { AnalysisFailure } from "./analysis-failure.ts";
import { readRows } from "./table.ts";

/** What an endpoint was asked and what it answered, row by row. */
export interface CapturedRows {
  readonly inputs: readonly (readonly string[])[];
  readonly outputs: readonly (readonly string[])[];
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads files of captured traffic (one JSON object to a line). A request may hold several rows.
 * @param wanted which sides are read; the other one may be absent
 * @throws AnalysisFailure naming file and line for what is not captured traffic or is encoded in another way
 */
export function readCapture(
  files: readonly { readonly name: string; readonly text: string }[],
  wanted: { readonly input: boolean; readonly output: boolean },
): CapturedRows {
  const inputs: string[][] = [];
  const outputs: string[][] = [];
  for (const { name, text } of files) {
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() === "") continue;
      const place = `${name}, line ${index + 1}`;
      const data = members(members(parse(line, place))["captureData"]);
      const input = wanted.input ? rowsOf(data["endpointInput"], "endpointInput", place) : [];
      const output = wanted.output ? rowsOf(data["endpointOutput"], "endpointOutput", place) : [];
      if (wanted.input && wanted.output && input.length !== output.length) {
        throw new AnalysisFailure(`${place}: ${input.length} rows were asked and ${output.length} answered.`);
      }
      inputs.push(...input);
      outputs.push(...output);
    }
  }
  return { inputs, outputs };
}

function rowsOf(side: unknown, index: string, place: string): string[][] {
  if (side === undefined) throw new AnalysisFailure(`${place} has no ${index}; is this side captured?`);
  const { data, encoding } = members(side);
  if (typeof data !== "string") throw new AnalysisFailure(`${place}: ${index} has no data.`);
  switch (encoding) {
    case "CSV":
      return readRows(data, `${place}, ${index}`);
    case "JSON":
      if (index === "endpointOutput") return scoresOf(data, place);
      throw new AnalysisFailure(`${place}: ${index} is JSON, which is not supported; send text/csv.`);
    default: {
      const advice = "List its content type in CaptureContentTypeHeader.CsvContentTypes.";
      throw new AnalysisFailure(`${place}: ${index} is encoded as ${String(encoding)}, not as CSV. ${advice}`);
    }
  }
}

/** `{"predictions":[{"score":0.3}]}`, or one `{"score":0.3}` to a line: what the XGBoost image answers. */
function scoresOf(data: string, place: string): string[][] {
  const lines = data
    .trim()
    .split("\n")
    .map((line) => members(parse(line, place)));
  const predictions = lines[0]?.["predictions"];
  const scores = Array.isArray(predictions) ? predictions.map(members) : lines;
  return scores.map(({ score }) => {
    if (typeof score === "number") return [String(score)];
    if (Array.isArray(score)) return score.map(String);
    throw new AnalysisFailure(`${place}: endpointOutput has no "score".`);
  });
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AnalysisFailure(`${place} is not JSON.`);
  }
}

function members(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}
