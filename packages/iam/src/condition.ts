import { readArnPattern, splitArn } from "./arn-pattern.ts";
import type { Operator, Relation } from "./operators.ts";
import type { ContextLookup } from "./request.ts";
import { isInRange, readBytes, readDate, readFlag, readIpAddress, readIpRange, readNumber } from "./scalars.ts";
import { readTemplate } from "./template.ts";

/**
 * One condition key under one operator. Undefined means that it cannot be told; a Deny statement
 * takes that as held, an Allow statement as not held.
 */
export interface Clause {
  /** With AWS's capitals, such as `ForAnyValue:StringEqualsIfExists`. */
  readonly operator: string;
  /** As the policy writes it. */
  readonly key: string;
  /** The policy's values, as it writes them. */
  readonly wanted: readonly string[];
  holds(context: ContextLookup): boolean | undefined;
}

/** Does one value of the request meet one value of the policy? Undefined: a variable has no value. */
type ValueTest = (value: string, context: ContextLookup) => boolean | undefined;

/** One value of the policy, and what it stands for. */
export interface WantedValue<T> {
  readonly text: string;
  readonly test: T;
}

export function clauseOf(operator: Operator, key: string, values: readonly WantedValue<ValueTest>[]): Clause {
  const name = key.toLowerCase();
  const tests = values.map(({ test }) => test);
  return {
    operator: operator.spelling,
    key,
    wanted: values.map(({ text }) => text),
    holds: (context) => quantified(operator, tests, context.get(name), context),
  };
}

/** `Null` asks about the key, not about its values; a quantifier before it changes nothing. */
export function nullClauseOf(operator: Operator, key: string, values: readonly WantedValue<boolean>[]): Clause {
  const name = key.toLowerCase();
  const wanted = values.map(({ test }) => test);
  return {
    operator: operator.spelling,
    key,
    wanted: values.map(({ text }) => text),
    holds: (context) => wanted.includes((context.get(name)?.length ?? 0) === 0),
  };
}

function quantified(
  operator: Operator,
  tests: readonly ValueTest[],
  values: readonly string[] | undefined,
  context: ContextLookup,
): boolean | undefined {
  const [first, ...others] = values ?? [];
  if (values === undefined || first === undefined) {
    if (operator.ifExists || operator.quantifier === "ForAllValues") return true;
    return operator.quantifier === undefined && operator.negated;
  }
  // ② a negation is taken value by value and only then aggregated.
  switch (operator.quantifier) {
    case "ForAllValues":
      return every(values.map((value) => oneValue(operator, tests, value, context)));
    case "ForAnyValue":
      return some(values.map((value) => oneValue(operator, tests, value, context)));
    case undefined:
      // Several values under an operator for one value: neither any nor all of them was asked for.
      return others.length > 0 ? undefined : oneValue(operator, tests, first, context);
  }
}

function oneValue(
  operator: Operator,
  tests: readonly ValueTest[],
  value: string,
  context: ContextLookup,
): boolean | undefined {
  const met = some(tests.map((test) => test(value, context)));
  if (operator.negated) return met === undefined ? undefined : !met;
  return met === true;
}

function some(outcomes: readonly (boolean | undefined)[]): boolean | undefined {
  if (outcomes.includes(true)) return true;
  return outcomes.includes(undefined) ? undefined : false;
}

function every(outcomes: readonly (boolean | undefined)[]): boolean | undefined {
  if (outcomes.includes(false)) return false;
  return outcomes.includes(undefined) ? undefined : true;
}

/** The test that a policy's value stands for, or a message where it is not a value of that operator. */
export function readValue(operator: Operator, text: string, variables: boolean): ValueTest | string {
  switch (operator.family) {
    case "String":
      return stringTest(operator.relation, text, variables);
    case "Arn":
      return arnTest(text, variables);
    case "Numeric":
      return scalarTest(operator.relation, text, readNumber, "a number");
    case "Date":
      return scalarTest(operator.relation, text, readDate, "an ISO 8601 date or an epoch time");
    case "Bool":
      return scalarTest("equals", text, readFlag, '"true" or "false"');
    case "Binary":
      return scalarTest("equals", text, readBytes, "base64");
    case "IpAddress":
      return ipTest(text);
    case "Null":
      throw new RangeError("Null has no value tests");
  }
}

function stringTest(relation: Relation, text: string, variables: boolean): ValueTest | string {
  const template = readTemplate(text, { variables, wildcards: relation === "like" });
  if (typeof template === "string") return template;
  if (relation !== "equals-ignoring-case") return (value, context) => template.matches(value, context);
  return (value, context) => {
    const wanted = template.text(context);
    return wanted === undefined ? undefined : wanted.toLowerCase() === value.toLowerCase();
  };
}

function arnTest(text: string, variables: boolean): ValueTest | string {
  if (text === "*") return (value) => splitArn(value) !== undefined;
  const pattern = readArnPattern(text, variables);
  if (typeof pattern === "string") return pattern;
  return (value, context) => pattern.matches(splitArn(value), context);
}

function scalarTest<T extends string | number | boolean>(
  relation: Relation,
  text: string,
  read: (text: string) => T | undefined,
  kind: string,
): ValueTest | string {
  const wanted = read(text);
  if (wanted === undefined) return `"${text}" is not ${kind}`;
  return (value) => {
    const given = read(value);
    return given !== undefined && compares(relation, given, wanted);
  };
}

function compares<T extends string | number | boolean>(relation: Relation, given: T, wanted: T): boolean {
  switch (relation) {
    case "equals":
      return given === wanted;
    case "less":
      return given < wanted;
    case "less-or-equal":
      return given <= wanted;
    case "greater":
      return given > wanted;
    case "greater-or-equal":
      return given >= wanted;
    case "equals-ignoring-case":
    case "like":
    case "in-range":
    case "is-absent":
      return false;
  }
}

function ipTest(text: string): ValueTest | string {
  const range = readIpRange(text);
  if (range === undefined) return `"${text}" is not an IP address or range`;
  return (value) => {
    const address = readIpAddress(value);
    return address !== undefined && isInRange(address, range);
  };
}
