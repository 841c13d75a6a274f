import { Malformed, under } from "./malformed.ts";
import { type Bounds, ListRule, MapRule, Rule, type TextLimits } from "./rule.ts";
import type { Shape, Structure, Traits } from "./shape.ts";

/** Throws Malformed where a value breaks its limits or holds what is not supported. */
export type Check = (value: unknown) => void;

/**
 * The check of an operation's input: its members against the shape of its schema. A tree that names
 * what the shape does not have, or leaves out what it requires, is a mistake of this server and
 * throws TypeError when the operation is made, not when it is called.
 */
export function compileMembers(shape: Structure, tree: object, path: string): Check {
  const rules = new Map(Object.entries(tree) as [string, unknown][]);
  for (const name of rules.keys()) {
    if (!shape.members.some((member) => member.name === name)) {
      throw new TypeError(`${path} has no member ${name}`);
    }
  }
  const checks = new Map<string, Check>();
  for (const member of shape.members) {
    const rule = rules.get(member.name);
    if (rule !== undefined) {
      checks.set(member.name, compileRule(member.shape, rule, `${path}.${member.name}`, member.traits));
    } else if (member.required) {
      throw new TypeError(`${path} requires ${member.name}, which is not among its supported members`);
    }
  }
  return (value) => {
    for (const [name, inner] of Object.entries(value as object) as [string, unknown][]) {
      if (inner === undefined) continue;
      try {
        const check = checks.get(name);
        if (check === undefined) throw new Malformed("unsupported", "is not supported here");
        check(inner);
      } catch (error) {
        throw under(error, name);
      }
    }
  };
}

const kindOf: Readonly<Record<string, readonly string[]>> = {
  text: ["string"],
  choice: ["string"],
  integer: ["number"],
  number: ["number"],
  flag: ["boolean"],
  timestamp: ["timestamp"],
  blob: ["blob"],
  stream: ["stream"],
  list: ["list"],
  map: ["map"],
};

function compileRule(shape: Shape, rule: unknown, path: string, traits: Traits): Check {
  if (!(rule instanceof Rule)) {
    if (shape.kind !== "structure" || typeof rule !== "object" || rule === null) {
      throw new TypeError(`${path} is a ${shape.kind} and has no members`);
    }
    // Compiled at the first use: a tree is finite, but most requests use little of it.
    return compileMembers(shape, rule, path);
  }
  const any = rule as Rule<string, unknown>;
  if (any.kind === "given") return () => undefined;
  if (kindOf[any.kind]?.includes(shape.kind) !== true) {
    throw new TypeError(`${path} is a ${shape.kind}, its rule is for a ${any.kind}`);
  }
  const show = (value: unknown): string => (traits.sensitive === 1 ? "***" : shown(value));
  if (rule instanceof ListRule && shape.kind === "list") {
    return listCheck(rule, compileRule(shape.item.shape, rule.item, `${path}[]`, shape.item.traits));
  }
  if (rule instanceof MapRule && shape.kind === "map") {
    const key = rule.limits.key === undefined ? undefined : textCheck(rule.limits.key.limits, shown);
    return mapCheck(rule.limits, key, compileRule(shape.value.shape, rule.value, `${path}{}`, shape.value.traits));
  }
  return scalarCheck(any, show);
}

function scalarCheck(rule: Rule<string, unknown>, show: (value: unknown) => string): Check {
  switch (rule.kind) {
    case "text":
      return textCheck(rule.limits as TextLimits, show);
    case "choice":
      return textCheck({ oneOf: rule.limits as readonly string[] }, show);
    case "integer":
    case "number":
      return numberCheck(rule.limits as Bounds, rule.kind === "integer", show);
    case "flag": {
      const { only } = rule.limits as { readonly only?: boolean };
      return (value) => {
        if (only !== undefined && value !== only) {
          throw new Malformed("unsupported", `is only supported as ${String(only)}`);
        }
      };
    }
    case "blob": {
      const check = lengthCheck(rule.limits as Bounds, "length");
      return (value) => check((value as Uint8Array).byteLength, undefined);
    }
    default:
      return () => undefined;
  }
}

const broken = (constraint: string, value: string | undefined, how?: { readonly isMissing: boolean }): Malformed =>
  new Malformed("validation", `Member must ${constraint}`, value, how);

/** A value as it may stand in a message: short, on one line. */
function shown(value: unknown): string {
  const text = String(value);
  const short = text.length > 128 ? `${text.slice(0, 128)}…` : text;
  // eslint-disable-next-line no-control-regex -- they are what must not reach a message
  return `'${short.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, " ")}'`;
}

function lengthCheck(
  { min, max }: Bounds,
  what: "length" | "value",
): (size: number, value: string | undefined) => void {
  return (size, value) => {
    if (min !== undefined && size < min) {
      const isMissing = what === "length" && size === 0;
      throw broken(`have ${what} greater than or equal to ${min}`, value, { isMissing });
    }
    if (max !== undefined && size > max) throw broken(`have ${what} less than or equal to ${max}`, value);
  };
}

function textCheck(limits: TextLimits, show: (value: unknown) => string): Check {
  const { pattern, oneOf } = limits;
  const whole = pattern && new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, ""));
  const values = oneOf && new Set(oneOf);
  const length = lengthCheck(limits, "length");
  return (value) => {
    const text = value as string;
    length(text.length, show(text));
    if (values?.has(text) === false) {
      throw broken(`satisfy enum value set: [${[...values].join(", ")}]`, show(text));
    }
    if (whole?.test(text) === false) {
      throw broken(`satisfy regular expression pattern: ${pattern?.source ?? ""}`, show(text));
    }
  };
}

function numberCheck(bounds: Bounds, whole: boolean, show: (value: unknown) => string): Check {
  const range = lengthCheck(bounds, "value");
  return (value) => {
    const number = value as number;
    if (!Number.isFinite(number)) throw broken("be a finite number", show(number));
    if (whole && !Number.isSafeInteger(number)) throw broken("be an integer", show(number));
    range(number, show(number));
  };
}

function listCheck(rule: ListRule<unknown>, item: Check): Check {
  const length = lengthCheck(rule.limits, "length");
  return (value) => {
    const items = value as readonly unknown[];
    length(items.length, `of ${items.length} items`);
    for (const [i, inner] of items.entries()) {
      try {
        item(inner);
      } catch (error) {
        throw under(error, `[${i}]`);
      }
    }
  };
}

function mapCheck(bounds: Bounds, key: Check | undefined, value: Check): Check {
  const length = lengthCheck(bounds, "length");
  return (map) => {
    const entries = Object.entries(map as object) as [string, unknown][];
    length(entries.length, `of ${entries.length} entries`);
    for (const [name, inner] of entries) {
      try {
        key?.(name);
        value(inner);
      } catch (error) {
        throw under(error, name);
      }
    }
  };
}
