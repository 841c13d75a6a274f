/** A number that the files of Model Monitor write as a 64-bit one: 3.0 where JavaScript would write 3. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export const double = (value: number): Double => new Double(value);

/** Text, whole numbers, `Double`s and what is made of them; undefined members are left out. */
export type Json =
  string | number | boolean | null | Double | readonly Json[] | { readonly [name: string]: Json | undefined };

/** Writes JSON as the original container does: two blanks of indentation, " : " after a name, decimal points. */
export function javaJson(value: Json, indentation = ""): string {
  const deeper = `${indentation}  `;
  if (value instanceof Double) return doubleText(value.value);
  if (isList(value)) {
    // Lists of numbers stay on one line; a sketch has thousands.
    if (value.every((item) => item instanceof Double)) return `[ ${value.map((item) => javaJson(item)).join(", ")} ]`;
    return `[ ${value.map((item) => javaJson(item, indentation)).join(", ")} ]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [`${deeper}${JSON.stringify(name)} : ${javaJson(member, deeper)}`],
    );
    return members.length === 0 ? "{ }" : `{\n${members.join(",\n")}\n${indentation}}`;
  }
  return JSON.stringify(value);
}

/** What JSON has no number for is written as text, as the original does. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${String(value)}"`;
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${String(value)}.0` : String(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
