import type { Statement } from "./statement.ts";

/** Where a policy stands: it says which elements a statement must and must not have. */
export type PolicyUse = "identity" | "resource" | "trust" | "endpoint";

/** A policy in the form that is evaluated. Made by `compilePolicy`. */
export class Policy {
  readonly use: PolicyUse;
  readonly statements: readonly Statement[];
  /** Condition keys and variables that it names, as they are written there. */
  readonly contextKeys: readonly string[];
  readonly #byService = new Map<string, readonly Statement[]>();
  readonly #forAnyService: readonly Statement[];

  constructor(use: PolicyUse, statements: readonly Statement[], contextKeys: readonly string[]) {
    this.use = use;
    this.statements = statements;
    this.contextKeys = contextKeys;
    this.#forAnyService = statements.filter(({ services }) => services === undefined);
    for (const service of new Set(statements.flatMap(({ services }) => services ?? []))) {
      const concerned = statements.filter(({ services }) => services?.includes(service) ?? true);
      this.#byService.set(service, concerned);
    }
  }

  /** The statements whose actions may be of this service, in their order; `service` in lower case. */
  statementsFor(service: string): readonly Statement[] {
    return this.#byService.get(service) ?? this.#forAnyService;
  }
}

/** A policy without a statement: it allows nothing. */
export function emptyPolicy(use: PolicyUse): Policy {
  return new Policy(use, [], []);
}

/** Every condition key and policy variable that a policy names, each once, as it is written there. */
export function contextKeysOf(policy: Policy): readonly string[] {
  return policy.contextKeys;
}
