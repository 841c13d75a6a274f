import type { ArnPattern } from "./arn-pattern.ts";
import type { Clause } from "./condition.ts";
import { matchesGlob } from "./glob.ts";
import type { PolicyUse } from "./policy.ts";
import { commonPrefix, PrefixHashes } from "./prefix-hashes.ts";
import { isSpared, matchPrincipal, type PrincipalEntry, type PrincipalMatch } from "./principal.ts";
import { RememberedContext, type AccessRequest, type ContextLookup } from "./request.ts";

export interface ActionPattern {
  /** As the policy writes it. */
  readonly text: string;
  readonly lower: string;
  readonly isExact: boolean;
}

export type ResourcePattern = "everything" | ArnPattern;

export interface Elements {
  readonly use: PolicyUse;
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
  readonly context: ContextLookup;
  readonly lowerAction: string;
  /** The part of the action before the colon, in lower case. */
  readonly service: string;
  readonly prefixHashes: PrefixHashes;
  /** The principal has a permissions boundary: a Deny with NotPrincipal spares nobody who has one. */
  readonly hasBoundary: boolean;
}

export function probeOf(request: AccessRequest, hasBoundary: boolean): Probe {
  const lowerAction = request.action.toLowerCase();
  const service = lowerAction.slice(0, Math.max(0, lowerAction.indexOf(":")));
  const context = new RememberedContext(request.context);
  const prefixHashes = new PrefixHashes(request.resource);
  return { request, context, lowerAction, service, prefixHashes, hasBoundary };
}

export class Statement {
  readonly label: string;
  readonly effect: "Allow" | "Deny";
  /** The services that its actions belong to, in lower case; undefined where they may belong to any. */
  readonly services: readonly string[] | undefined;
  readonly #elements: Elements;

  constructor(elements: Elements) {
    this.label = elements.label;
    this.effect = elements.effect;
    this.services = servicesOf(elements);
    this.#elements = elements;
  }

  /** What every resource that it is about begins with; empty where that may be anything. */
  get resourcePrefix(): string {
    const { resources, exceptResources } = this.#elements;
    if (resources === undefined || exceptResources) return "";
    return commonPrefix(resources.map((pattern) => (pattern === "everything" ? "" : pattern.text)));
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
      if (!(clause.holds(probe.context) ?? ifUnknown)) return undefined;
    }
    return match;
  }

  /** The conditions that keep an otherwise fitting Allow statement from matching; for explanations. */
  missedConditions(probe: Probe): readonly string[] {
    if (this.effect === "Deny" || this.#elements.faulty) return [];
    if (this.#matchesAction(probe) !== true || this.#matchesResource(probe) !== true) return [];
    if (this.#matchesPrincipal(probe) === undefined) return [];
    const { context } = probe;
    return this.#elements.clauses
      .filter((clause) => clause.holds(context) !== true)
      .map(({ operator, key }) => `${operator} ${key}`);
  }

  /** Element by element, up to the first that keeps the statement from applying. */
  trace(probe: Probe): StatementTrace {
    const { label: statement, effect } = this;
    const ifUnknown = effect === "Deny";
    const { faulty } = this.#elements;
    const about = { statement, effect, ...(faulty ? { faulty } : {}) };
    if (faulty && !ifUnknown) return { ...about, applies: false, failed: "fault" };
    if (!(this.#matchesAction(probe) ?? ifUnknown)) return { ...about, applies: false, failed: "action" };
    if (!(this.#matchesResource(probe) ?? ifUnknown)) return { ...about, applies: false, failed: "resource" };
    const matched = { ...about, ...this.#matchedTexts(probe) };
    const principal = this.#matchesPrincipal(probe);
    if (principal === undefined) return { ...matched, applies: false, failed: "principal" };
    const named = principal === "everyone" ? matched : { ...matched, principal };
    const { clauses } = this.#elements;
    if (clauses.length === 0) return { ...named, applies: true };
    const conditions = clauses.map((clause) => traceClause(clause, probe, ifUnknown));
    if (conditions.every(({ held }) => held)) return { ...named, applies: true, conditions };
    return { ...named, applies: false, failed: "condition", conditions };
  }

  #matchedTexts({ lowerAction, request, context }: Probe): Pick<StatementTrace, "matchedAction" | "matchedResource"> {
    const { actions, exceptActions, resources, exceptResources } = this.#elements;
    const action = exceptActions ? undefined : actions?.find((pattern) => matchesAction(pattern, lowerAction));
    const resource = exceptResources
      ? undefined
      : resources?.find((pattern) => pattern === "everything" || pattern.matches(request.resource, context) === true);
    return {
      ...(action === undefined ? {} : { matchedAction: action.text }),
      ...(resource === undefined ? {} : { matchedResource: resource === "everything" ? "*" : resource.text }),
    };
  }

  #matchesAction({ lowerAction }: Probe): boolean | undefined {
    const { actions, exceptActions } = this.#elements;
    if (actions === undefined) return undefined;
    for (const pattern of actions) if (matchesAction(pattern, lowerAction)) return !exceptActions;
    return exceptActions;
  }

  #matchesResource({ request, context }: Probe): boolean | undefined {
    const { resources, exceptResources } = this.#elements;
    if (resources === undefined) return undefined;
    let unresolved = false;
    for (const pattern of resources) {
      const held = pattern === "everything" || pattern.matches(request.resource, context);
      if (held === true) return !exceptResources;
      if (held === undefined) unresolved = true;
    }
    // A positive pattern with a variable that has no value names nothing.
    if (!exceptResources) return false;
    return unresolved ? undefined : true;
  }

  #matchesPrincipal({ request, hasBoundary }: Probe): StatementMatch | undefined {
    const { principals, use } = this.#elements;
    const isDeny = this.effect === "Deny";
    if (principals === "everyone") return "everyone";
    if (principals === undefined) return isDeny ? "anyone" : undefined;
    if (principals.except) {
      const spared = isSpared(principals.entries, request.principal) && !(isDeny && hasBoundary);
      return spared ? undefined : "anyone";
    }
    const match = matchPrincipal(principals.entries, request.principal);
    if (match !== "anyone" || isDeny || use === "endpoint") return match;
    // ② a service or an identity provider gets nothing from a principal that means everybody: it has to be named.
    return request.principal.kind === "service" || request.principal.kind === "web-identity" ? undefined : match;
  }
}

/** How one statement met a request; plain data. */
export interface StatementTrace {
  /** `Sid`, or `#<index>`. */
  readonly statement: string;
  readonly effect: "Allow" | "Deny";
  readonly applies: boolean;
  /** The first element that keeps the statement from applying. */
  readonly failed?: "principal" | "action" | "resource" | "condition" | "fault";
  /** It has an element that cannot be read: an Allow does not apply, a Deny counts that element as matching. */
  readonly faulty?: true;
  /** The pattern of `Action` that fits, as it is written. */
  readonly matchedAction?: string;
  /** The pattern of `Resource` that fits, as it is written. */
  readonly matchedResource?: string;
  /** How `Principal` or `NotPrincipal` takes the requester in. */
  readonly principal?: PrincipalMatch;
  readonly conditions?: readonly ConditionTrace[];
}

export interface ConditionTrace {
  readonly operator: string;
  readonly key: string;
  /** The policy's values, as they are written. */
  readonly wanted: readonly string[];
  /** The request's values; null where the key is absent. */
  readonly present: readonly string[] | null;
  /** What it counts for in this statement. */
  readonly held: boolean;
  /** It cannot be told: true for a Deny statement, false for an Allow. */
  readonly undecided?: true;
}

function traceClause(clause: Clause, { context }: Probe, ifUnknown: boolean): ConditionTrace {
  const { operator, key, wanted } = clause;
  const present = context.get(key.toLowerCase()) ?? null;
  const held = clause.holds(context);
  const about = { operator, key, wanted, present };
  return held === undefined ? { ...about, held: ifUnknown, undecided: true } : { ...about, held };
}

function matchesAction(pattern: ActionPattern, lowerAction: string): boolean {
  return pattern.isExact ? pattern.lower === lowerAction : matchesGlob(pattern.lower, lowerAction);
}

function servicesOf({ actions, exceptActions }: Elements): readonly string[] | undefined {
  if (actions === undefined || exceptActions) return undefined;
  const services = actions.map(({ text }) => text.slice(0, Math.max(0, text.indexOf(":"))).toLowerCase());
  return services.every((service) => /^[a-z0-9-]+$/.test(service)) ? [...new Set(services)] : undefined;
}
