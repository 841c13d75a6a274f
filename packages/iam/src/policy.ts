import { prefixTable, type PrefixTable } from "./prefix-hashes.ts";
import type { Statement } from "./statement.ts";

/** Where a policy stands: it says which elements a statement must and must not have. */
export type PolicyUse = "identity" | "resource" | "trust" | "endpoint";

/** Statements in their order, and the beginnings of the resources that they are about. */
export interface Selection {
  readonly statements: readonly Statement[];
  readonly prefixes: PrefixTable;
}

/** A policy in the form that is evaluated. Made by `compilePolicy`. */
export class Policy {
  readonly use: PolicyUse;
  readonly statements: readonly Statement[];
  /** Condition keys and variables that it names, as they are written there. */
  readonly contextKeys: readonly string[];
  readonly #byService = new Map<string, Selection>();
  readonly #forAnyService: Selection;

  constructor(use: PolicyUse, statements: readonly Statement[], contextKeys: readonly string[]) {
    this.use = use;
    this.statements = statements;
    this.contextKeys = contextKeys;
    this.#forAnyService = selectionOf(statements.filter(({ services }) => services === undefined));
    for (const service of new Set(statements.flatMap(({ services }) => services ?? []))) {
      const concerned = statements.filter(({ services }) => services?.includes(service) ?? true);
      this.#byService.set(service, selectionOf(concerned));
    }
  }

  /** The statements whose actions may be of this service, in their order; `service` in lower case. */
  statementsFor(service: string): Selection {
    return this.#byService.get(service) ?? this.#forAnyService;
  }
}

function selectionOf(statements: readonly Statement[]): Selection {
  return { statements, prefixes: prefixTable(statements.map(({ resourcePrefix }) => resourcePrefix)) };
}

/** A policy without a statement: it allows nothing. */
export function emptyPolicy(use: PolicyUse): Policy {
  return new Policy(use, [], []);
}

/** Every condition key and policy variable that a policy names, each once, as it is written there. */
export function contextKeysOf(policy: Policy): readonly string[] {
  return policy.contextKeys;
}
