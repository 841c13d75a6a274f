import { lineAndColumn, readJson, type JsonNode } from "./json-document.ts";

/** Line and column, both counted from one. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where a statement's brace opens, and the place behind the one that closes it. */
export interface StatementPlace {
  readonly start: Place;
  readonly end: Place;
}

/** Where the statements of a policy document stand, in their order; none where it is not such a document. */
export function statementPlaces(document: string): readonly StatementPlace[] {
  const root = readJson(document);
  if (root.kind !== "object") return [];
  const statement = root.members.find(({ name }) => name === "Statement")?.value;
  const nodes: readonly JsonNode[] = statement?.kind === "array" ? statement.items : statement ? [statement] : [];
  return nodes.map(({ at }) => ({
    start: lineAndColumn(document, at),
    end: lineAndColumn(document, endOf(document, at)),
  }));
}

/** The offset behind the object that begins at `at`. Braces within strings are none. */
function endOf(document: string, at: number): number {
  let depth = 0;
  for (const { 0: token, index } of document.slice(at).matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    if (depth === 0) return at + index + 1;
  }
  return document.length;
}
