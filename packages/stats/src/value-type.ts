/** The type of a column as Model Monitor names it. */
export type ColumnType = "Fractional" | "Integral" | "String" | "Unknown";

/** The type of one value: what `classify` tells apart. */
export type ValueType = "missing" | "integral" | "fractional" | "boolean" | "text";

const fractional = /^(-|\+)? ?\d+((\.\d+)|((?:\.\d+)?[Ee][-+]?\d+))$/;
const integral = /^(-|\+)? ?\d+$/;
const boolean = /^(true|false)$/;

/**
 * Tells what a field is by its text; an empty one is missing.
 * Source: awslabs/deequ, analyzers/catalyst/StatefulDataType.scala (the same expressions).
 */
export function classify(text: string): ValueType {
  if (text === "") return "missing";
  if (integral.test(text)) return "integral";
  if (fractional.test(text)) return "fractional";
  return boolean.test(text) ? "boolean" : "text";
}

/** How many values of a column are of each type. */
export type TypeCounts = Readonly<Record<ValueType, number>>;

export function countTypes(texts: Iterable<string>): TypeCounts {
  const counts = { missing: 0, integral: 0, fractional: 0, boolean: 0, text: 0 };
  for (const text of texts) counts[classify(text)] += 1;
  return counts;
}

/**
 * The type of a column: text or truth values make it String, else one fraction makes it Fractional, else it is
 * Integral; a column without values is Unknown. Source: awslabs/deequ, DataTypeHistogram.determineType.
 */
export function inferType(counts: TypeCounts): ColumnType {
  if (counts.text > 0 || counts.boolean > 0) return "String";
  if (counts.fractional > 0) return "Fractional";
  return counts.integral > 0 ? "Integral" : "Unknown";
}

/**
 * Whether a value can stand in a column of this type. What is written differently but is the same number counts:
 * an integer in a Fractional column, `20000.0` in an Integral one. Anything can stand in a String column.
 */
export function conforms(text: string, type: ColumnType): boolean {
  const value = classify(text);
  switch (type) {
    case "Integral":
      return value === "integral" || (value === "fractional" && Number.isInteger(readNumber(text)));
    case "Fractional":
      return value === "integral" || value === "fractional";
    case "String":
    case "Unknown":
      return value !== "missing";
  }
}

/** The number that a text of type integral or fractional stands for; the type allows a blank after the sign. */
export function readNumber(text: string): number {
  return Number(text.replace(" ", ""));
}
