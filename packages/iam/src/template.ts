import { hasWildcards, matchesGlob } from "./glob.ts";
import type { ContextLookup } from "./request.ts";

/**
 * A text of a policy that may hold wildcards and policy variables, read once and matched often.
 * What a variable brings in is always plain text: a user who is named `*` matches only `*`.
 */
interface TemplateSyntax {
  readonly variables: boolean;
  readonly wildcards: boolean;
}

/** Codes are UTF-16 units, or one of the two wildcards below. */
type Part =
  | { readonly kind: "codes"; readonly codes: readonly number[] }
  | { readonly kind: "variable"; readonly key: string; readonly fallback: string | undefined };

const anyOne = -1;
const anyMany = -2;
const variablePattern = /^\s*([\w.-]+:[^,'{}]*[^,'{}\s])\s*(?:,\s*'([^']*)'\s*)?$/;

export class Template {
  /** The text, where it has no `${…}`: nearly always, so that a template costs little memory. */
  readonly #plain: string | undefined;
  readonly #hasWildcards: boolean;
  readonly #parts: readonly Part[];

  constructor(plain: string | undefined, wildcards: boolean, parts: readonly Part[]) {
    this.#plain = plain;
    this.#hasWildcards = wildcards;
    this.#parts = parts;
  }

  /** The whole text, where it is plain. */
  get literal(): string | undefined {
    return this.#hasWildcards ? undefined : this.#plain;
  }

  get hasVariables(): boolean {
    return this.#parts.some(({ kind }) => kind === "variable");
  }

  /** Undefined where a variable has no value in this request. */
  matches(value: string, context: ContextLookup): boolean | undefined {
    if (this.#plain !== undefined) {
      return this.#hasWildcards ? matchesGlob(this.#plain, value) : this.#plain === value;
    }
    const codes = this.codes(context);
    return codes === undefined ? undefined : matchesCodes(codes, value);
  }

  /** The text with its variables filled in; wildcards stay as they were written. */
  text(context: ContextLookup): string | undefined {
    if (this.#plain !== undefined) return this.#plain;
    const codes = this.codes(context);
    return codes === undefined ? undefined : written(codes);
  }

  codes(context: ContextLookup): readonly number[] | undefined {
    const codes: number[] = [];
    for (const part of this.#parts) {
      if (part.kind === "codes") {
        codes.push(...part.codes);
        continue;
      }
      const values = context.get(part.key);
      // A key with several values has no one text to stand here.
      const text = values?.length === 1 ? values[0] : values === undefined ? part.fallback : undefined;
      if (text === undefined) return undefined;
      codes.push(...codesOf(text));
    }
    return codes;
  }
}

/** Reads a template; the answer is a message where `${` is not closed or names no key. */
export function readTemplate(text: string, syntax: TemplateSyntax): Template | string {
  if (!syntax.variables || !text.includes("${")) {
    return new Template(text, syntax.wildcards && hasWildcards(text), []);
  }
  const parts = readParts(text, syntax.wildcards);
  return typeof parts === "string" ? parts : new Template(undefined, false, parts);
}

function readParts(text: string, wildcards: boolean): readonly Part[] | string {
  const parts: Part[] = [];
  let codes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith("${", at)) {
      const end = text.indexOf("}", at);
      if (end < 0) return "a policy variable is not closed";
      const inner = text.slice(at + 2, end);
      at = end;
      if (inner === "*" || inner === "?" || inner === "$") {
        codes.push(inner.charCodeAt(0));
        continue;
      }
      const [, key, fallback] = variablePattern.exec(inner) ?? [];
      if (key === undefined) return `"\${${inner}}" is not a policy variable`;
      parts.push({ kind: "codes", codes }, { kind: "variable", key: key.toLowerCase(), fallback });
      codes = [];
      continue;
    }
    const mark = text[at];
    if (wildcards && mark === "*") codes.push(anyMany);
    else if (wildcards && mark === "?") codes.push(anyOne);
    else codes.push(text.charCodeAt(at));
  }
  parts.push({ kind: "codes", codes });
  return parts;
}

/** The keys that a text's policy variables name, as they are written. */
export function variablesOf(text: string): string[] {
  if (!text.includes("${")) return [];
  return [...text.matchAll(/\$\{([^}]*)\}/g)].flatMap(([, inner = ""]) => variablePattern.exec(inner)?.[1] ?? []);
}

/** Splits at colons, but not inside `${…}`. */
export function splitTemplate(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.startsWith("${", at)) at = Math.max(at, text.indexOf("}", at));
    else if (text[at] === ":") {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** As `matchesGlob`, over codes, in which a plain `*` is told from the wildcard. */
export function matchesCodes(codes: readonly number[], value: string): boolean {
  let code = 0;
  let at = 0;
  let starCode = -1;
  let starAt = 0;
  while (at < value.length) {
    const wanted = codes[code];
    if (wanted === anyMany) {
      starCode = code;
      starAt = at;
      code += 1;
    } else if (wanted === anyOne || wanted === value.charCodeAt(at)) {
      code += 1;
      at += 1;
    } else if (starCode >= 0) {
      starAt += 1;
      at = starAt;
      code = starCode + 1;
    } else return false;
  }
  while (codes[code] === anyMany) code += 1;
  return code === codes.length;
}

function codesOf(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

function written(codes: readonly number[]): string {
  return codes.map((code) => (code === anyMany ? "*" : code === anyOne ? "?" : String.fromCharCode(code))).join("");
}
