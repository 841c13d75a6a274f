import { splitArn, type ArnPattern } from "./arn-pattern.ts";
import type { Clause } from "./condition.ts";
import { isSpared, matchPrincipal, type PrincipalEntry, type PrincipalMatch } from "./principal.ts";
import type { AccessRequest } from "./request.ts";
import { matchesCodes } from "./template.ts";

/** Where a policy stands: it says which elements a statement must and must not have. */
export type PolicyUse = "identity" | "resource" | "trust";

/** A policy in the form that is evaluated. Made by `compilePolicy`. */
export interface Policy {
  readonly use: PolicyUse;
  readonly statements: readonly Statement[];
}

export type ActionPattern = { readonly exact: string } | { readonly codes: readonly number[] };
export type ResourcePattern = "everything" | ArnPattern;

export interface Elements {
  /** `Sid`, or the statement's place: `#0`. */
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  /** Undefined: the element has a fault. */
  readonly actions: readonly ActionPattern[] | undefined;
  readonly exceptActions: boolean;
  /** Undefined: the element has a fault. A trust policy matches everything. */
  readonly resources: readonly ResourcePattern[] | undefined;
  readonly exceptResources: boolean;
  /** `everyone`: an identity policy, which says nothing about principals. Undefined: the element has a fault. */
  readonly principals:
    "everyone" | { readonly entries: readonly PrincipalEntry[]; readonly except: boolean } | undefined;
  readonly clauses: readonly Clause[];
  readonly faulty: boolean;
}

/** How a statement takes part in a decision: the principal's match, `everyone` in an identity policy. */
export type StatementMatch = PrincipalMatch | "everyone";

/** What a decision works out once for all statements. */
export interface Probe {
  readonly request: AccessRequest;
  readonly lowerAction: string;
  readonly arn: readonly string[] | undefined;
  /** The principal has a permissions boundary: a Deny with NotPrincipal spares nobody who has one. */
  readonly hasBoundary: boolean;
}

export function probeOf(request: AccessRequest, hasBoundary: boolean): Probe {
  return { request, lowerAction: request.action.toLowerCase(), arn: splitArn(request.resource), hasBoundary };
}

export class Statement {
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  readonly #elements: Elements;

  constructor(elements: Elements) {
    this.label = elements.label;
    this.effect = elements.effect;
    this.#elements = elements;
  }

  /** ② what cannot be told counts as matching in a Deny statement and as not matching in an Allow. */
  match(probe: Probe): StatementMatch | undefined {
    const ifUnknown = this.effect === "Deny";
    if (this.#elements.faulty && !ifUnknown) return undefined;
    if (!(this.#matchesAction(probe) ?? ifUnknown)) return undefined;
    if (!(this.#matchesResource(probe) ?? ifUnknown)) return undefined;
    const match = this.#matchesPrincipal(probe);
    if (match === undefined) return undefined;
    for (const clause of this.#elements.clauses) {
      if (!(clause.holds(probe.request.context) ?? ifUnknown)) return undefined;
    }
    return match;
  }

  /** The conditions that keep an otherwise fitting Allow statement from matching; for explanations. */
  missedConditions(probe: Probe): readonly string[] {
    if (this.effect === "Deny" || this.#elements.faulty) return [];
    if (this.#matchesAction(probe) !== true || this.#matchesResource(probe) !== true) return [];
    if (this.#matchesPrincipal(probe) === undefined) return [];
    const { context } = probe.request;
    return this.#elements.clauses.filter((clause) => clause.holds(context) !== true).map(({ label }) => label);
  }

  #matchesAction({ lowerAction }: Probe): boolean | undefined {
    const { actions, exceptActions } = this.#elements;
    if (actions === undefined) return undefined;
    const listed = actions.some((pattern) =>
      "exact" in pattern ? pattern.exact === lowerAction : matchesCodes(pattern.codes, lowerAction),
    );
    return listed !== exceptActions;
  }

  #matchesResource({ request, arn }: Probe): boolean | undefined {
    const { resources, exceptResources } = this.#elements;
    if (resources === undefined) return undefined;
    let unresolved = false;
    for (const pattern of resources) {
      const held = pattern === "everything" || pattern.matches(arn, request.context);
      if (held === true) return !exceptResources;
      if (held === undefined) unresolved = true;
    }
    if (!exceptResources) return false;
    return unresolved ? undefined : true;
  }

  #matchesPrincipal({ request, hasBoundary }: Probe): StatementMatch | undefined {
    const { principals } = this.#elements;
    const isDeny = this.effect === "Deny";
    if (principals === "everyone") return "everyone";
    if (principals === undefined) return isDeny ? "anyone" : undefined;
    if (principals.except) {
      const spared = isSpared(principals.entries, request.principal) && !(isDeny && hasBoundary);
      return spared ? undefined : "anyone";
    }
    const match = matchPrincipal(principals.entries, request.principal);
    // ② a service gets nothing from a principal that means everybody: it has to be named.
    return match === "anyone" && request.principal.kind === "service" && !isDeny ? undefined : match;
  }
}
