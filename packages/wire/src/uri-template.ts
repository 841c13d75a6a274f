import { decodePercent, type Form } from "./form.ts";
import { Malformed } from "./malformed.ts";
import type { OperationSchema } from "./schema.ts";
import { structureOf, traitsOf } from "./shape.ts";

/** What of a request decides whether it is for one operation of a REST service. */
export interface UriTemplate {
  readonly name: string;
  readonly method: string;
  readonly segments: readonly Segment[];
  /** Query parameters that the template itself names; undefined: present, whatever its value. */
  readonly constants: readonly (readonly [string, string])[];
  readonly requiredQueries: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly labels: readonly string[];
  /** `x-id`, which only some clients send: it breaks ties and is never required. */
  readonly tieBreak: string | undefined;
}

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "label"; readonly name: string; readonly greedy: boolean };

export function uriTemplate(schema: OperationSchema): UriTemplate | undefined {
  const { http } = traitsOf(schema.traits);
  if (http === undefined) return undefined;
  const [method, uri] = http;
  const [path = "", query = ""] = uri.split("?", 2);
  const constants = query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", value = ""] = part.split("=", 2);
      return [name, value] as const;
    });
  const input = structureOf(schema.input);
  const required = input.members.filter((member) => member.required).map((member) => member.traits);
  return {
    name: schema.name,
    method,
    segments: path
      .split("/")
      .slice(1)
      .filter((text) => text !== "")
      .map((text) => {
        const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
        return name === undefined ? { kind: "literal", text } : { kind: "label", name, greedy: greedy === "+" };
      }),
    constants: constants.filter(([name]) => name !== "x-id"),
    tieBreak: constants.find(([name]) => name === "x-id")?.[1],
    requiredQueries: required.flatMap((traits) => traits.httpQuery ?? []),
    requiredHeaders: required.flatMap((traits) => traits.httpHeader?.toLowerCase() ?? []),
    labels: input.members.filter((m) => m.traits.httpLabel === 1).map((m) => m.name),
  };
}

/** The labels of a path (percent-decoded), or undefined where the path does not fit. */
export function matchPath(template: UriTemplate, path: string): Record<string, string> | undefined {
  const parts = path.split("/").slice(1);
  if (parts.at(-1) === "" && parts.length === template.segments.length + 1) parts.pop();
  const labels: Record<string, string> = {};
  const { segments } = template;
  for (const [i, segment] of segments.entries()) {
    const part = parts[i];
    if (part === undefined || part === "") return undefined;
    if (segment.kind === "literal") {
      if (decodePercent(part) !== segment.text) return undefined;
    } else if (segment.greedy) {
      const after = segments.length - i - 1;
      labels[segment.name] = decodePercent(parts.splice(i, parts.length - i - after, "").join("/"));
    } else {
      labels[segment.name] = decodePercent(part);
    }
  }
  return parts.length === segments.length ? labels : undefined;
}

/**
 * The one operation among those that fit the path: all constants and all required members of query
 * and header must be there; the most constants win, then the most required members, then `x-id`.
 */
export function chooseByQuery(
  candidates: readonly UriTemplate[],
  query: Form,
  headers: ReadonlyMap<string, string>,
): UriTemplate | undefined {
  const parameters = new Map(query);
  let best: UriTemplate | undefined;
  let bestScore = -1;
  for (const candidate of candidates) {
    const fits =
      candidate.constants.every(([name, value]) => parameters.get(name) === value) &&
      candidate.requiredQueries.every((name) => parameters.has(name)) &&
      candidate.requiredHeaders.every((name) => headers.has(name));
    if (!fits) continue;
    const required = candidate.requiredQueries.length + candidate.requiredHeaders.length;
    const tie = parameters.get("x-id") === candidate.tieBreak && candidate.tieBreak !== undefined ? 1 : 0;
    const score = candidate.constants.length * 10_000 + required * 10 + tie;
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}

/** A query string: '+' stands for itself, as in S3. */
export function parseQuery(text: string): Form {
  if (text === "") return [];
  const parts = text.split("&").filter((part) => part !== "");
  if (parts.length > 1000) throw new Malformed("too-large", "too many query parameters");
  return parts.map((part) => {
    const at = part.indexOf("=");
    return at < 0
      ? ([decodePercent(part), ""] as const)
      : ([decodePercent(part.slice(0, at)), decodePercent(part.slice(at + 1))] as const);
  });
}

export function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf("?");
  return at < 0 ? { path: target, query: "" } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/** Headers by name, repeats joined as HTTP allows. */
export function headerMap(headers: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = out.get(name);
    out.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return out;
}
