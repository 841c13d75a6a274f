import { folded } from "./case-fold.ts";
import type { Comparison, TextTest, ValueMatcher } from "./event-pattern.ts";
import { readRange } from "./ip-range.ts";
import type { JsonMember, JsonNode } from "./json-nodes.ts";
import { NotAPattern } from "./pattern-fault.ts";
import { readWildcard } from "./wildcard.ts";

/** The largest number that EventBridge compares, and the smallest below zero. */
const numberMax = 5e9;
const digitsMax = 15;

/** Reads one of the values that a field lists. */
export function readMatcher(node: JsonNode, path: string): ValueMatcher {
  if (node.kind === "scalar") {
    if (typeof node.value === "number") checkDigits(node, path);
    return { kind: "equals", value: node.value };
  }
  if (node.kind === "array") {
    throw new NotAPattern("a value must be a string, a number, true, false, null or a comparison", path, node.at);
  }
  const { name, at, value } = only(node, path, "a comparison has exactly one name");
  const inner = `${path}.${name}`;
  switch (name) {
    case "prefix":
    case "suffix":
      return { kind: "text", test: affix(name, value, inner) };
    case "equals-ignore-case":
      return { kind: "text", test: ignoringCase("equals", text(value, inner)) };
    case "wildcard":
      return { kind: "text", test: wildcard(value, inner) };
    case "anything-but":
      return anythingBut(value, inner);
    case "numeric":
      return { kind: "numeric", comparisons: numeric(value, inner) };
    case "cidr":
      return cidr(value, inner);
    case "exists":
      if (value.kind !== "scalar" || typeof value.value !== "boolean") {
        throw new NotAPattern("exists is true or false", inner, value.at);
      }
      return { kind: "exists", isWanted: value.value };
    default:
      throw new NotAPattern(`${JSON.stringify(name)} is not a comparison`, path, at);
  }
}

function only(node: JsonNode & { kind: "object" }, path: string, rule: string): JsonMember {
  const [member, second] = node.members;
  if (member === undefined || second !== undefined) throw new NotAPattern(rule, path, (second ?? node).at);
  return member;
}

function text(node: JsonNode, path: string): string {
  if (node.kind === "scalar" && typeof node.value === "string") return node.value;
  throw new NotAPattern("a string belongs here", path, node.at);
}

function ignoringCase(kind: "equals" | "prefix" | "suffix", written: string): TextTest {
  return { kind, text: folded(written), ignoresCase: true };
}

/** `"…"` or `{"equals-ignore-case": "…"}` */
function affix(kind: "prefix" | "suffix", node: JsonNode, path: string): TextTest {
  if (node.kind !== "object") return { kind, text: text(node, path), ignoresCase: false };
  const { name, at, value } = only(node, path, `${kind} has equals-ignore-case inside, and nothing else`);
  if (name !== "equals-ignore-case") {
    throw new NotAPattern(`${JSON.stringify(name)} cannot stand inside ${kind}`, path, at);
  }
  return ignoringCase(kind, text(value, `${path}.${name}`));
}

function wildcard(node: JsonNode, path: string): TextTest {
  const pieces = readWildcard(text(node, path));
  if ("reason" in pieces) throw new NotAPattern(pieces.reason, path, node.at);
  return { kind: "wildcard", pieces };
}

function anythingBut(node: JsonNode, path: string): ValueMatcher {
  if (node.kind !== "object") return { kind: "anything-but", values: plainValues(node, path) };
  const { name, at, value } = only(node, path, "anything-but has exactly one comparison inside");
  const inner = `${path}.${name}`;
  const each = (read: (item: JsonNode, itemPath: string) => TextTest): ValueMatcher => {
    return { kind: "anything-but-text", tests: listed(value, inner).map((item, i) => read(item, `${inner}[${i}]`)) };
  };
  switch (name) {
    case "prefix":
    case "suffix":
      return each((item, itemPath) => ({ kind: name, text: nonEmpty(item, itemPath), ignoresCase: false }));
    case "equals-ignore-case":
      return each((item, itemPath) => ignoringCase("equals", text(item, itemPath)));
    case "wildcard":
      return each(wildcard);
    default:
      throw new NotAPattern(`${JSON.stringify(name)} cannot stand inside anything-but`, path, at);
  }
}

/** Every string begins with the empty one: but for nothing would be left. */
function nonEmpty(node: JsonNode, path: string): string {
  const found = text(node, path);
  if (found === "") throw new NotAPattern("an empty prefix or suffix excludes every string", path, node.at);
  return found;
}

/** One value as a list of one. */
function listed(node: JsonNode, path: string): readonly JsonNode[] {
  if (node.kind !== "array") return [node];
  if (node.items.length === 0) throw new NotAPattern("the list is empty", path, node.at);
  return node.items;
}

function plainValues(node: JsonNode, path: string): (string | number)[] {
  const values = listed(node, path).map((item, i) => {
    if (item.kind === "scalar" && typeof item.value === "string") return item.value;
    return number(item, `${path}[${i}]`, "anything-but takes strings or numbers");
  });
  if (new Set(values.map((value) => typeof value)).size > 1) {
    throw new NotAPattern("the list of anything-but has strings alone or numbers alone", path, node.at);
  }
  return values;
}

/** The number of a comparison: within the range and the precision that EventBridge compares in. */
function number(node: JsonNode, path: string, rule: string): number {
  if (node.kind !== "scalar" || typeof node.value !== "number") throw new NotAPattern(rule, path, node.at);
  checkDigits(node, path);
  if (Math.abs(node.value) > numberMax) {
    throw new NotAPattern("numbers are compared between -5e9 and 5e9", path, node.at);
  }
  return node.value;
}

/** A number that its 64 bits cannot tell from its neighbour would match both. */
function checkDigits(node: JsonNode & { kind: "scalar" }, path: string): void {
  const mantissa = node.source.replace(/[eE].*$/, "").replace(/[-.]/g, "");
  const digits = mantissa.replace(/^0+/, "").replace(/0+$/, "").length;
  if (digits <= digitsMax && Number.isFinite(node.value)) return;
  throw new NotAPattern(`a number has at most ${digitsMax} digits`, path, node.at);
}

const lower = new Set<unknown>([">", ">="]);
const upper = new Set<unknown>(["<", "<="]);

/** `["=", 5]`, `[">", 0]`, `[">", 0, "<=", 5]` */
function numeric(node: JsonNode, path: string): Comparison[] {
  if (node.kind !== "array") throw new NotAPattern("numeric takes a list", path, node.at);
  const rule = "numeric takes an operator (=, <, <=, >, >=) and a number, or a lower and then an upper bound";
  const { items } = node;
  if (items.length !== 2 && items.length !== 4) throw new NotAPattern(rule, path, node.at);
  const comparisons: Comparison[] = [];
  for (let i = 0; i < items.length; i += 2) {
    const [operator, value] = [items[i], items[i + 1]];
    const written = operator?.kind === "scalar" ? operator.value : undefined;
    const fits =
      items.length === 2
        ? written === "=" || lower.has(written) || upper.has(written)
        : i === 0
          ? lower.has(written)
          : upper.has(written);
    if (!fits || value === undefined) throw new NotAPattern(rule, `${path}[${i}]`, operator?.at ?? node.at);
    comparisons.push({ operator: written as Comparison["operator"], value: number(value, `${path}[${i + 1}]`, rule) });
  }
  const [from, to] = comparisons;
  if (from !== undefined && to !== undefined && from.value >= to.value) {
    throw new NotAPattern("the lower bound must be less than the upper bound", path, node.at);
  }
  return comparisons;
}

function cidr(node: JsonNode, path: string): ValueMatcher {
  const range = readRange(text(node, path));
  if (range === undefined) {
    throw new NotAPattern("cidr takes an IPv4 or IPv6 address, a slash and a number of bits", path, node.at);
  }
  return { kind: "cidr", range };
}
