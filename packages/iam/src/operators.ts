/** The condition operators: 27 names, which with quantifiers and IfExists give 159 spellings. */
type OperatorFamily = "String" | "Numeric" | "Date" | "Bool" | "Binary" | "IpAddress" | "Arn" | "Null";
export type Relation =
  | "equals"
  | "equals-ignoring-case"
  | "like"
  | "less"
  | "less-or-equal"
  | "greater"
  | "greater-or-equal"
  | "in-range"
  | "is-absent";
export type Quantifier = "ForAllValues" | "ForAnyValue";

interface BaseOperator {
  readonly name: string;
  readonly family: OperatorFamily;
  readonly relation: Relation;
  readonly negated: boolean;
}

export interface Operator extends BaseOperator {
  readonly quantifier: Quantifier | undefined;
  readonly ifExists: boolean;
  /** The spelling with AWS's capitals. */
  readonly spelling: string;
}

const base = (name: string, family: OperatorFamily, relation: Relation, negated = false): BaseOperator => ({
  name,
  family,
  relation,
  negated,
});

const ordered = (family: "Numeric" | "Date"): BaseOperator[] => [
  base(`${family}Equals`, family, "equals"),
  base(`${family}NotEquals`, family, "equals", true),
  base(`${family}LessThan`, family, "less"),
  base(`${family}LessThanEquals`, family, "less-or-equal"),
  base(`${family}GreaterThan`, family, "greater"),
  base(`${family}GreaterThanEquals`, family, "greater-or-equal"),
];

const baseOperators: readonly BaseOperator[] = [
  base("StringEquals", "String", "equals"),
  base("StringNotEquals", "String", "equals", true),
  base("StringEqualsIgnoreCase", "String", "equals-ignoring-case"),
  base("StringNotEqualsIgnoreCase", "String", "equals-ignoring-case", true),
  base("StringLike", "String", "like"),
  base("StringNotLike", "String", "like", true),
  ...ordered("Numeric"),
  ...ordered("Date"),
  base("Bool", "Bool", "equals"),
  base("BinaryEquals", "Binary", "equals"),
  base("IpAddress", "IpAddress", "in-range"),
  base("NotIpAddress", "IpAddress", "in-range", true),
  // AWS: ArnEquals and ArnLike behave identically.
  base("ArnEquals", "Arn", "like"),
  base("ArnNotEquals", "Arn", "like", true),
  base("ArnLike", "Arn", "like"),
  base("ArnNotLike", "Arn", "like", true),
  base("Null", "Null", "is-absent"),
];

const quantifiers: readonly (Quantifier | undefined)[] = [undefined, "ForAllValues", "ForAnyValue"];

const bySpelling = new Map<string, Operator>(
  baseOperators.flatMap((operator) =>
    quantifiers.flatMap((quantifier) =>
      (operator.family === "Null" ? [false] : [false, true]).map((ifExists): [string, Operator] => {
        const spelling = `${quantifier === undefined ? "" : `${quantifier}:`}${operator.name}${ifExists ? "IfExists" : ""}`;
        return [spelling.toLowerCase(), { ...operator, quantifier, ifExists, spelling }];
      }),
    ),
  ),
);

export const operatorSpellings: readonly string[] = [...bySpelling.values()].map((operator) => operator.spelling);

/** Names are not case-sensitive; undefined for what is no operator. */
export function readOperator(spelling: string): Operator | undefined {
  return bySpelling.get(spelling.toLowerCase());
}
