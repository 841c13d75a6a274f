import { readArnPattern, splitArn, type ArnPattern } from "./arn-pattern.ts";
import type { Operator, Relation } from "./operators.ts";
import type { ContextLookup } from "./request.ts";
import { isInRange, readBytes, readDate, readFlag, readIpAddress, readIpRange, readNumber } from "./scalars.ts";
import { readTemplate, type Template } from "./template.ts";

/** Does one value of the request meet one value of the policy? A text is met by itself alone. */
export type ValueTest = string | Test;

interface Test {
  /** Undefined: a policy variable has no value. */
  meets(value: string, context: ContextLookup): boolean | undefined;
}

type Read = { readonly test: ValueTest } | { readonly fault: string };

/** The test that a policy's value stands for, or a message where it is not a value of that operator. */
export function readValue({ family, relation }: Operator, text: string, variables: boolean): Read {
  switch (family) {
    case "String":
      return stringTest(relation, text, variables);
    case "Arn":
      return arnTest(text, variables);
    case "Numeric":
      return scalarTest(relation, text, readNumber, "a number");
    case "Date":
      return scalarTest(relation, text, readDate, "an ISO 8601 date or an epoch time");
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

function stringTest(relation: Relation, text: string, variables: boolean): Read {
  const template = readTemplate(text, { variables, wildcards: relation === "like" });
  if (typeof template === "string") return { fault: template };
  if (relation === "equals-ignoring-case") return { test: new SameLetters(template) };
  return { test: template.literal ?? { meets: (value, context) => template.matches(value, context) } };
}

class SameLetters implements Test {
  readonly #template: Template;

  constructor(template: Template) {
    this.#template = template;
  }

  meets(value: string, context: ContextLookup): boolean | undefined {
    const wanted = this.#template.text(context);
    return wanted === undefined ? undefined : wanted.toLowerCase() === value.toLowerCase();
  }
}

const anyArn: Test = { meets: (value) => splitArn(value) !== undefined };

function arnTest(text: string, variables: boolean): Read {
  if (text === "*") return { test: anyArn };
  const pattern = readArnPattern(text, variables);
  return typeof pattern === "string" ? { fault: pattern } : { test: new ArnTest(pattern) };
}

class ArnTest implements Test {
  readonly #pattern: ArnPattern;

  constructor(pattern: ArnPattern) {
    this.#pattern = pattern;
  }

  meets(value: string, context: ContextLookup): boolean | undefined {
    return this.#pattern.matches(value, context);
  }
}

function scalarTest<T extends string | number | boolean>(
  relation: Relation,
  text: string,
  read: (text: string) => T | undefined,
  kind: string,
): Read {
  const wanted = read(text);
  return wanted === undefined
    ? { fault: `"${text}" is not ${kind}` }
    : { test: new ScalarTest(relation, wanted, read) };
}

class ScalarTest<T extends string | number | boolean> implements Test {
  readonly #relation: Relation;
  readonly #wanted: T;
  readonly #read: (text: string) => T | undefined;

  constructor(relation: Relation, wanted: T, read: (text: string) => T | undefined) {
    this.#relation = relation;
    this.#wanted = wanted;
    this.#read = read;
  }

  meets(value: string): boolean {
    const given = this.#read(value);
    return given !== undefined && compares(this.#relation, given, this.#wanted);
  }
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

function ipTest(text: string): Read {
  const range = readIpRange(text);
  if (range === undefined) return { fault: `"${text}" is not an IP address or range` };
  return {
    test: {
      meets: (value) => {
        const address = readIpAddress(value);
        return address !== undefined && isInRange(address, range);
      },
    },
  };
}
