import type { HttpRequestHead } from "../http.ts";

// Every character of a head's target and header values stands for one byte (latin1), as Node's HTTP
// parser hands them over. Nothing is decoded here: what is verified and what is acted on must be the
// same form.

/** All values of one header in wire order. `name` is lower-case. */
export function headerValues(head: HttpRequestHead, name: string): string[] {
  const values: string[] = [];
  for (const [given, value] of head.headers) if (given === name) values.push(value);
  return values;
}

/** The value of a header that may stand once; undefined where it is absent or repeated. */
export function headerOnce(head: HttpRequestHead, name: string): string | undefined {
  const values = headerValues(head, name);
  return values.length === 1 ? values[0] : undefined;
}

export interface Target {
  readonly path: string;
  /** Raw name and value pairs in wire order; a pair without `=` has the value "". */
  readonly query: readonly (readonly [string, string])[];
}

/** Splits a raw target; undefined where it is not in origin form (`/path?query`). */
export function splitTarget(target: string): Target | undefined {
  if (!target.startsWith("/")) return undefined;
  const mark = target.indexOf("?");
  if (mark < 0) return { path: target, query: [] };
  const query: [string, string][] = [];
  for (const pair of target.slice(mark + 1).split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    query.push(equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)]);
  }
  return { path: target.slice(0, mark), query };
}
