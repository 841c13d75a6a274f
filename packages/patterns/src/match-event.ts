import type { EventPattern, PatternLeaf, PatternTree, Scalar } from "./event-pattern.ts";
import { matchesValue } from "./match-value.ts";

/** Whether the event, a JSON object, has what the pattern asks for. Members that are undefined are not there. */
export function matchesPattern({ alternatives }: EventPattern, event: object): boolean {
  return alternatives.some((branch) => held(branch, event) !== "no");
}

/**
 * How a part of a pattern holds. Only because nothing is there (`exists: false` alone), or also by
 * something that is there: in an array of objects the one must be so of every element, the other of
 * one.
 */
type Held = "present" | "absent" | "no";

function held(tree: PatternTree, value: unknown): Held {
  if (tree.kind === "leaf") return heldByLeaf(tree, value);
  if (Array.isArray(value)) return heldByElements(tree, value);
  let found: Held = "absent";
  for (const [name, inner] of tree.fields) {
    const here = held(inner, memberOf(value, name));
    if (here === "no") return "no";
    if (here === "present") found = "present";
  }
  return found;
}

/** Fields of one array's objects match in one and the same element. */
function heldByElements(tree: PatternTree, array: readonly unknown[]): Held {
  let found: Held | undefined;
  for (const element of elementsOf(array)) {
    const here = held(tree, element);
    if (here === "present") return "present";
    if (found !== "no") found = here;
  }
  return found ?? held(tree, undefined);
}

function heldByLeaf({ matchers }: PatternLeaf, value: unknown): Held {
  let isThere = false;
  for (const one of Array.isArray(value) ? elementsOf(value) : [value]) {
    if (!isScalar(one)) continue;
    isThere = true;
    if (matchers.some((matcher) => matchesValue(matcher, one))) return "present";
  }
  if (isThere) return "no";
  return matchers.some((matcher) => matcher.kind === "exists" && !matcher.isWanted) ? "absent" : "no";
}

/** The elements of an array and of the arrays in it, however deep: an event may be deeper than the stack. */
function* elementsOf(array: readonly unknown[]): Generator {
  const open: Iterator<unknown>[] = [array.values()];
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    const step: IteratorResult<unknown, unknown> = inner.next();
    if (step.done === true) open.pop();
    else if (Array.isArray(step.value)) open.push(step.value.values());
    else yield step.value;
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
