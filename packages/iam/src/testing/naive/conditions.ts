import { addressOf, bitsOf, dateOf, isWithin, numberOf } from "./values.ts";
import { fits, isArn, likeArn, marksOf } from "./patterns.ts";
import { remembered } from "./remembered.ts";
import type { NaiveConditionBlock, NaiveContext, Note } from "./model.ts";

/** `fault`: an operator, key or value that there is not. */
export type Truth = "yes" | "no" | "unknown" | "fault";

/** One answer for each key of each operator. */
export function truthsOf(block: NaiveConditionBlock, context: NaiveContext, filled: boolean, note: Note): Truth[] {
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!operators.includes(withoutFrame(operator))) return ["fault" as const];
    return Object.entries(keys).map(([key, wanted]) => {
      const [vendor, name] = [key.slice(0, key.indexOf(":") + 1), key.slice(key.indexOf(":") + 1)];
      if (!/^[\w.-]+:$/.test(vendor) || name === "" || name.trim() !== name) return "fault";
      const truth = truthOf(operator, context[key.toLowerCase()] ?? [], wanted, filled, context);
      note(`${operator.toLowerCase()} is ${truth}`);
      return truth;
    });
  });
}

const ordered = ["equals", "notequals", "lessthan", "lessthanequals", "greaterthan", "greaterthanequals"];
const operators = [
  ...["equals", "notequals", "equalsignorecase", "notequalsignorecase", "like", "notlike"].map(
    (name) => `string${name}`,
  ),
  ...ordered.flatMap((name) => [`numeric${name}`, `date${name}`]),
  ...["bool", "binaryequals", "ipaddress", "notipaddress", "null"],
  ...["arnequals", "arnnotequals", "arnlike", "arnnotlike"],
];

/** The bare name in lower case; `nullifexists` stays what it is, since there is no such operator. */
const withoutFrame = remembered((operator): string => {
  const name = operator.toLowerCase().replace(/^for(allvalues|anyvalue):/, "");
  return name === "nullifexists" ? name : name.replace(/ifexists$/, "");
});

function truthOf(
  operator: string,
  given: readonly string[],
  wanted: readonly string[],
  filled: boolean,
  context: NaiveContext,
): Truth {
  const name = withoutFrame(operator);
  const spelled = operator.toLowerCase();
  if (wanted.some((one) => compare(name, one, "", filled, context) === "fault")) return "fault";
  if (name === "null")
    return wanted.some((one) => (one.toLowerCase() === "true") === (given.length === 0)) ? "yes" : "no";
  const isNegated = name.includes("not");
  const forAll = spelled.startsWith("forallvalues:");
  const forAny = spelled.startsWith("foranyvalue:");
  if (given.length === 0) {
    if (spelled.endsWith("ifexists") || forAll) return "yes";
    return isNegated && !forAny ? "yes" : "no";
  }
  const each = given.map((value): Truth => {
    const found = wanted.map((one) => compare(name, one, value, filled, context));
    if (found.includes("yes")) return isNegated ? "no" : "yes";
    if (!isNegated) return "no";
    return found.includes("unknown") ? "unknown" : "yes";
  });
  if (forAll) return each.includes("no") ? "no" : each.includes("unknown") ? "unknown" : "yes";
  if (forAny) return each.includes("yes") ? "yes" : each.includes("unknown") ? "unknown" : "no";
  return given.length === 1 ? (each[0] ?? "no") : "unknown";
}

/** Is one value of the request what one value of the policy asks for, leaving the negation aside? */
function compare(name: string, wanted: string, value: string, filled: boolean, context: NaiveContext): Truth {
  if (name === "null" || name === "bool") {
    const lower = wanted.toLowerCase();
    return lower === "true" || lower === "false" ? answer(lower === value.toLowerCase()) : "fault";
  }
  if (name.startsWith("string")) return compareText(name, wanted, value, filled, context);
  if (name.startsWith("arn")) {
    if (wanted === "*") return answer(isArn(value));
    const found = likeArn(wanted, value, filled, context);
    return found === "unset" ? "unknown" : found;
  }
  if (name.endsWith("ipaddress")) {
    const within = isWithin(value, wanted);
    if (addressOf(wanted.split("/")[0] ?? "") === undefined || within === undefined) return "fault";
    return answer(within);
  }
  if (name === "binaryequals") {
    const bits = bitsOf(wanted);
    return bits === undefined ? "fault" : answer(bitsOf(value) === bits);
  }
  const read = name.startsWith("date") ? dateOf : numberOf;
  const [bound, size] = [read(wanted), read(value)];
  if (bound === undefined) return "fault";
  return answer(size !== undefined && inOrder(name, size, bound));
}

function inOrder(name: string, size: bigint, bound: bigint): boolean {
  const orEqual = name.endsWith("equals");
  if (name.includes("less")) return size < bound || (orEqual && size === bound);
  if (name.includes("greater")) return size > bound || (orEqual && size === bound);
  return size === bound;
}

function compareText(name: string, wanted: string, value: string, filled: boolean, context: NaiveContext): Truth {
  const marks = marksOf(wanted, name.endsWith("like"), filled, context);
  if (marks === "fault") return "fault";
  if (marks === "unset") return "unknown";
  if (!name.endsWith("ignorecase")) return answer(fits(marks, value));
  const text = marks.map((mark) => (typeof mark === "string" ? "" : mark.itself)).join("");
  return answer(text.toLowerCase() === value.toLowerCase());
}

function answer(holds: boolean): Truth {
  return holds ? "yes" : "no";
}
