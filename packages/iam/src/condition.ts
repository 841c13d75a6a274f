import type { Operator } from "./operators.ts";
import type { ContextLookup } from "./request.ts";
import type { ValueTest } from "./value-test.ts";

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

/** One value of the policy, and what it stands for. */
export interface WantedValue<T> {
  readonly text: string;
  readonly test: T;
}

abstract class KeyClause implements Clause {
  readonly key: string;
  readonly wanted: readonly string[];
  protected readonly rule: Operator;
  protected readonly name: string;

  constructor(rule: Operator, key: string, wanted: readonly string[]) {
    this.rule = rule;
    this.key = key;
    this.name = key.toLowerCase();
    this.wanted = wanted;
  }

  get operator(): string {
    return this.rule.spelling;
  }

  abstract holds(context: ContextLookup): boolean | undefined;
}

export function clauseOf(operator: Operator, key: string, values: readonly WantedValue<ValueTest>[]): Clause {
  const wanted = values.map(({ text }) => text);
  const tests = values.map(({ test }) => test);
  return new ValueClause(operator, key, wanted, tests.every((test, at) => test === wanted[at]) ? wanted : tests);
}

/** `Null` asks about the key, not about its values; a quantifier before it changes nothing. */
export function nullClauseOf(operator: Operator, key: string, values: readonly WantedValue<boolean>[]): Clause {
  return new NullClause(
    operator,
    key,
    values.map(({ text }) => text),
    values.map(({ test }) => test),
  );
}

class NullClause extends KeyClause {
  readonly #absent: readonly boolean[];

  constructor(rule: Operator, key: string, wanted: readonly string[], absent: readonly boolean[]) {
    super(rule, key, wanted);
    this.#absent = absent;
  }

  holds(context: ContextLookup): boolean {
    return this.#absent.includes((context.get(this.name)?.length ?? 0) === 0);
  }
}

class ValueClause extends KeyClause {
  /** The same list as `wanted`, where every value is compared as it stands. */
  readonly #tests: readonly ValueTest[];

  constructor(rule: Operator, key: string, wanted: readonly string[], tests: readonly ValueTest[]) {
    super(rule, key, wanted);
    this.#tests = tests;
  }

  holds(context: ContextLookup): boolean | undefined {
    const { ifExists, quantifier, negated } = this.rule;
    const values = context.get(this.name);
    const first = values?.[0];
    if (values === undefined || first === undefined) {
      if (ifExists || quantifier === "ForAllValues") return true;
      return quantifier === undefined && negated;
    }
    // ② a negation is taken value by value and only then aggregated.
    if (quantifier !== undefined) return this.#aggregated(values, quantifier === "ForAnyValue", context);
    // Several values under an operator for one value: neither any nor all of them was asked for.
    return values.length > 1 ? undefined : this.#oneValue(first, context);
  }

  /** `decisive`: the outcome of one value that settles it for all. */
  #aggregated(values: readonly string[], decisive: boolean, context: ContextLookup): boolean | undefined {
    let unresolved = false;
    for (const value of values) {
      const held = this.#oneValue(value, context);
      if (held === decisive) return decisive;
      if (held === undefined) unresolved = true;
    }
    return unresolved ? undefined : !decisive;
  }

  #oneValue(value: string, context: ContextLookup): boolean | undefined {
    const { negated } = this.rule;
    let unresolved = false;
    for (const test of this.#tests) {
      const met = typeof test === "string" ? test === value : test.meets(value, context);
      if (met === true) return !negated;
      if (met === undefined) unresolved = true;
    }
    if (!negated) return false;
    return unresolved ? undefined : true;
  }
}
