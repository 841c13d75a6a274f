import type { NaiveContext } from "./model.ts";
import { remembered } from "./remembered.ts";

/** A character that stands for itself, `any` one character, or `many`: none or more. */
type Mark = { readonly itself: string } | "any" | "many";
export type Marks = readonly Mark[];

/** What a text with wildcards and variables comes to; `unset` where a variable has no value, `fault` where it is none. */
export function marksOf(
  text: string,
  wild: boolean,
  filled: boolean,
  context: NaiveContext,
): Marks | "unset" | "fault" {
  if (!filled || !text.includes("${")) return wild ? wildMarks(text) : plain(text);
  const start = text.indexOf("${");
  const end = text.indexOf("}", start);
  if (end < 0) return "fault";
  const before = wild ? wildMarks(text.slice(0, start)) : plain(text.slice(0, start));
  const value = variable(text.slice(start + 2, end), context);
  const after = marksOf(text.slice(end + 1), wild, filled, context);
  if (value === "fault" || after === "fault") return "fault";
  return value === "unset" || after === "unset" ? "unset" : [...before, ...value, ...after];
}

const wildMarks = remembered((text): Marks =>
  text.split("").map((mark) => (mark === "*" ? "many" : mark === "?" ? "any" : { itself: mark })),
);
const plain = remembered((text): Marks => text.split("").map((itself) => ({ itself })));

function variable(inside: string, context: NaiveContext): Marks | "unset" | "fault" {
  if (["*", "?", "$"].includes(inside)) return [{ itself: inside }];
  const comma = inside.indexOf(",");
  const name = (comma < 0 ? inside : inside.slice(0, comma)).trim();
  if (!isKeyName(name)) return "fault";
  const quoted = comma < 0 ? undefined : inside.slice(comma + 1).trim();
  if (quoted !== undefined && !isQuoted(quoted)) return "fault";
  const values = context[name.toLowerCase()] ?? [];
  if (values.length > 1) return "unset";
  const value = values[0] ?? quoted?.slice(1, -1);
  return value === undefined ? "unset" : plain(value);
}

function isKeyName(name: string): boolean {
  const [vendor = "", ...rest] = name.split(":");
  const isOdd = Array.from(name).some((mark) => "'{}".includes(mark));
  return vendor !== "" && /^[\w.-]*$/.test(vendor) && rest.join(":") !== "" && !isOdd;
}

function isQuoted(text: string): boolean {
  return text.length >= 2 && text.startsWith("'") && text.endsWith("'") && !text.slice(1, -1).includes("'");
}

/** From the mark and the character onwards. */
export function fits(marks: Marks, text: string, mark = 0, at = 0): boolean {
  const wanted = marks[mark];
  if (wanted === undefined) return at === text.length;
  if (wanted === "many")
    return fits(marks, text, mark + 1, at) || (at < text.length && fits(marks, text, mark, at + 1));
  if (at === text.length) return false;
  return (wanted === "any" || wanted.itself === text.charAt(at)) && fits(marks, text, mark + 1, at + 1);
}

export function like(pattern: string, text: string): boolean {
  const marks = marksOf(pattern, true, false, {});
  return typeof marks !== "string" && fits(marks, text);
}

export function isArn(text: string): boolean {
  return /^arn(?::[^:]*){4}:/.test(text);
}

type Like = "yes" | "no" | "unset" | "fault";

/** Each of an ARN's six parts for itself; the sixth is all that is left. */
export function likeArn(pattern: string, arn: string, filled: boolean, context: NaiveContext): Like {
  const pieces = filled && pattern.includes("${") ? outsideBraces(pattern) : pattern.split(":");
  if (pieces.length < 6) return likeFilledArn(pattern, arn, filled, context);
  if (pieces[0] !== "arn") return "fault";
  const given = sixParts(arn.split(":"), ":");
  const found = sixParts(pieces, ":").map((piece, at): Like => {
    const marks = marksOf(piece, true, filled, context);
    if (typeof marks === "string") return marks;
    return fits(marks, given[at] ?? "") ? "yes" : "no";
  });
  if (found.includes("fault")) return "fault";
  if (!isArn(arn) || found.includes("no")) return "no";
  return found.includes("unset") ? "unset" : "yes";
}

/** The colons come out of a variable. */
function likeFilledArn(pattern: string, arn: string, filled: boolean, context: NaiveContext): Like {
  if (!filled || !/\$\{[^}]{2,}\}/.test(pattern)) return "fault";
  const marks = marksOf(pattern, true, true, context);
  if (typeof marks === "string") return marks;
  if (!isArn(arn)) return "no";
  const parts: Mark[][] = [[]];
  for (const mark of marks) {
    if (typeof mark !== "string" && mark.itself === ":" && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(mark);
  }
  const given = sixParts(arn.split(":"), ":");
  return parts.length === 6 && parts.every((part, at) => fits(part, given[at] ?? "")) ? "yes" : "no";
}

function sixParts(pieces: readonly string[], glue: string): string[] {
  return [...pieces.slice(0, 5), pieces.slice(5).join(glue)];
}

/** Split at colons, with what stands in braces put aside meanwhile. */
const outsideBraces = remembered((text): readonly string[] => {
  const aside: string[] = [];
  const hidden = text.replace(/\$\{[^}]*\}/g, (braced) => `⟨${aside.push(braced) - 1}⟩`);
  const shown = (piece: string) => piece.replace(/⟨(\d+)⟩/g, (_, at: string) => aside[Number(at)] ?? "");
  return hidden.split(":").map(shown);
});
