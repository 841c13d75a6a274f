import type { EventPattern, PatternBranch, PatternLeaf } from "./event-pattern.ts";
import { readNodes, type JsonNode } from "./json-nodes.ts";
import { alternativesOf, combined, noFields } from "./alternatives.ts";
import { faultAt, NotAPattern, type PatternFault } from "./pattern-fault.ts";
import { readMatcher } from "./read-matcher.ts";

/** Reads an event pattern; whatever it holds that is not of the language is a fault. */
export function readPattern(text: string): ({ readonly kind: "pattern" } & EventPattern) | PatternFault {
  try {
    const node = readNodes(text);
    if (node.kind !== "object") throw new NotAPattern("a pattern is an object", "", node.at);
    return { kind: "pattern", alternatives: readBranch(node, "", false) };
  } catch (error) {
    if (error instanceof NotAPattern) return faultAt(text, error);
    throw error;
  }
}

/** The fault in one sentence, as EventBridge begins it. */
export function patternFaultText({ reason, path, line, column }: PatternFault): string {
  const place = path === "" ? "" : ` at ${path}`;
  return `Event pattern is not valid. Reason: ${reason}${place} (line ${line}, column ${column})`;
}

type ObjectNode = JsonNode & { kind: "object" };

/** Names that EventBridge keeps for comparisons: inside `$or` they are more likely a mistake than a field. */
const reservedInOr = new Set(
  ["exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr"].concat(
    ["=", "<", "<=", ">", ">=", "regex"],
  ),
);

/** The fields of an object, for every choice among its `$or`s. */
function readBranch(node: ObjectNode, path: string, isInOr: boolean): PatternBranch[] {
  if (node.members.length === 0) throw new NotAPattern("an object of a pattern is not empty", path, node.at);
  const names = new Set<string>();
  let found: readonly PatternBranch[] = [noFields];
  for (const { name, at, value } of node.members) {
    const inner = path === "" ? name : `${path}.${name}`;
    if (names.has(name)) throw new NotAPattern("the name stands twice in one object", inner, at);
    names.add(name);
    if (isInOr && reservedInOr.has(name)) {
      throw new NotAPattern(`${JSON.stringify(name)} cannot be the name of a field inside $or`, inner, at);
    }
    const here = { path: inner, at };
    if (name === "$or") found = combined(found, readOr(value, inner), here);
    else if (value.kind === "array") found = combined(found, alternativesOf(name, [readLeaf(value, inner)]), here);
    else if (value.kind === "object") {
      found = combined(found, alternativesOf(name, readBranch(value, inner, isInOr)), here);
    } else throw new NotAPattern("a field has a list of values, or an object of fields", inner, value.at);
  }
  return [...found];
}

function readOr(node: JsonNode, path: string): PatternBranch[] {
  if (node.kind !== "array" || node.items.length < 2) {
    throw new NotAPattern("$or takes a list of two objects or more", path, node.at);
  }
  return node.items.flatMap((item, i) => {
    const inner = `${path}[${i}]`;
    if (item.kind !== "object") throw new NotAPattern("$or takes objects alone", inner, item.at);
    return readBranch(item, inner, true);
  });
}

function readLeaf(node: JsonNode & { kind: "array" }, path: string): PatternLeaf {
  if (node.items.length === 0) throw new NotAPattern("the list of values is empty", path, node.at);
  return {
    kind: "leaf",
    matchers: node.items.map((item, i) => readMatcher(item, `${path}[${i}]`)),
    written: node.items.map((item) => writtenAs(item)),
  };
}

function writtenAs(node: JsonNode): string {
  if (node.kind === "scalar") return typeof node.value === "string" ? node.value : node.source;
  return JSON.stringify(plain(node));
}

function plain(node: JsonNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "array") return node.items.map(plain);
  return Object.fromEntries(node.members.map(({ name, value }) => [name, plain(value)]));
}
