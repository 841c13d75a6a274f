import { float32Text } from "@strongroom/xgboost";

/** The media types that an answer can have. */
type AnswerType = "text/csv" | "application/json" | "application/jsonlines";

/** Which answer a request's Accept header asks for: the first that is served; csv where it does not matter. */
export function answerType(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept.trim() === "") return "text/csv";
  for (const range of accept.split(",")) {
    switch ((range.split(";")[0] ?? "").trim().toLowerCase()) {
      case "text/csv":
      case "csv":
      case "text/*":
      case "*/*":
        return "text/csv";
      case "application/json":
      case "json":
        return "application/json";
      case "application/jsonlines":
      case "jsonlines":
        return "application/jsonlines";
    }
  }
  return undefined;
}

/** Writes predictions, `perRow` values to a row, as the built-in algorithm answers them. */
export function writeAnswer(type: AnswerType, values: Float32Array, perRow: number): string {
  if (type === "text/csv" && perRow === 1) return Array.from(values, float32Text).join("\n");
  const rows = Array.from({ length: values.length / perRow }, (_, row) => {
    const texts = Array.from(values.subarray(row * perRow, (row + 1) * perRow), float32Text);
    return perRow === 1 ? (texts[0] ?? "") : `[${texts.join(",")}]`;
  });
  switch (type) {
    case "text/csv":
      return rows.map((row) => row.slice(1, -1)).join("\n");
    case "application/json":
      return `{"predictions":[${rows.map((row) => `{"score":${row}}`).join(",")}]}`;
    case "application/jsonlines":
      return rows.map((row) => `{"score":${row}}`).join("\n");
  }
}
