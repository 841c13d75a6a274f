import {
  compilePolicy,
  contextKeysOf,
  contextOf,
  statementPlaces,
  trace,
  type DecisionTrace,
  type NamedPolicy,
  type PolicyKind,
  type PolicySet,
  type Requester,
  type StatementPlace,
} from "@strongroom/iam";

/** A policy in a simulation, and where it comes from. */
export interface SimulatedPolicy {
  readonly id: string;
  readonly type: "user" | "group" | "role" | "aws-managed" | "user-managed" | "resource" | "none";
  readonly document: string;
}

/** Policies, and the circumstances that they are asked under. Nothing but what stands here counts. */
export interface Simulation {
  readonly caller: Requester;
  readonly identity: readonly SimulatedPolicy[];
  readonly boundary: SimulatedPolicy | undefined;
  readonly resource: SimulatedPolicy | undefined;
  readonly resourceAccountId: string;
  /** Service control policies, the organisation's root first. */
  readonly organization: readonly (readonly NamedPolicy[])[] | undefined;
  /** Condition keys with their values. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

type SimulatedDecision = "allowed" | "explicit-deny" | "implicit-deny";

/** What came of one action on one resource. */
export interface SimulatedResult {
  readonly decision: SimulatedDecision;
  /** The statements that decided: the denying ones alone, where there are any. */
  readonly matched: readonly (SimulatedPolicy & { readonly place: StatementPlace | undefined })[];
  /** Condition keys that the policies name and the simulation has no values for. */
  readonly missing: readonly string[];
  /** Undefined where there is no boundary. */
  readonly allowedByBoundary: boolean | undefined;
  /** Undefined where no service control policies are simulated. */
  readonly allowedByOrganization: boolean | undefined;
  /** What each side said, where caller and resource belong to different accounts. */
  readonly sides: { readonly identity: SimulatedDecision; readonly resource: SimulatedDecision } | undefined;
}

/** ② decides with the evaluator that decides about requests. `resource` is an ARN, or `*`. */
export function simulate(simulation: Simulation, action: string, resource: string): SimulatedResult {
  const { caller, resourceAccountId, context } = simulation;
  const request = { principal: caller, action, resource, resourceAccountId, context: contextOf(context) };
  const told = trace(request, policySetOf(simulation, action));
  const { outcome } = told.verdict;
  const isAcross = caller.accountId !== resourceAccountId;
  const { boundary, organization } = simulation;
  return {
    decision: outcome,
    matched: outcome === "implicit-deny" ? [] : matchedStatements(simulation, told, outcome),
    missing: missingKeys(simulation),
    allowedByBoundary: boundary && allows(told, "permissions boundary"),
    allowedByOrganization: organization && allows(told, "service control policy"),
    sides: isAcross
      ? { identity: saidBy(told, "identity-based policy"), resource: saidBy(told, "resource-based policy") }
      : undefined,
  };
}

/** The condition keys and variables that policies name, each once, in order. */
export function contextKeyNames(documents: readonly string[]): readonly string[] {
  const names = new Map<string, string>();
  for (const document of documents) {
    for (const key of contextKeysOf(compilePolicy(document, "identity").policy)) names.set(key.toLowerCase(), key);
  }
  return [...names.values()].sort();
}

/** Within the evaluator policies go by their places, so that two of one name stay two. */
function policySetOf(simulation: Simulation, action: string): PolicySet {
  const { identity, boundary, resource, organization } = simulation;
  return {
    identity: identity.map(({ document }, at) => compiled(String(at), document, "identity")),
    boundary: boundary && compiled("boundary", boundary.document, "identity"),
    resource: resource && compiled("resource", resource.document, "resource"),
    resourceIsAuthoritative: resource !== undefined && action.toLowerCase().startsWith("kms:"),
    organization,
  };
}

function compiled(name: string, document: string, use: "identity" | "resource"): NamedPolicy {
  return { name, policy: compilePolicy(document, use).policy };
}

function matchedStatements(
  simulation: Simulation,
  { steps }: DecisionTrace,
  outcome: "allowed" | "explicit-deny",
): SimulatedResult["matched"] {
  const effect = outcome === "allowed" ? "Allow" : "Deny";
  return steps.flatMap(({ kind, policies }) =>
    policies.flatMap(({ policy, statements }) => {
      const source = sourceOf(simulation, kind, policy);
      if (source === undefined || (effect === "Allow" && !grants(kind))) return [];
      const places = statementPlaces(source.document);
      return statements.flatMap((statement, at) =>
        statement.applies && statement.effect === effect ? [{ ...source, place: places[at] }] : [],
      );
    }),
  );
}

/** Boundaries and service control policies only take away: an allow of theirs decides nothing. */
function grants(kind: PolicyKind): boolean {
  return kind === "identity-based policy" || kind === "resource-based policy";
}

function sourceOf(simulation: Simulation, kind: PolicyKind, policy: string): SimulatedPolicy | undefined {
  if (kind === "identity-based policy") return simulation.identity[Number(policy)];
  if (kind === "permissions boundary") return simulation.boundary;
  return kind === "resource-based policy" ? simulation.resource : undefined;
}

function allows({ steps }: DecisionTrace, kind: PolicyKind): boolean {
  return steps.filter((step) => step.kind === kind).every(({ conclusion }) => isLetThrough(conclusion));
}

function isLetThrough(conclusion: DecisionTrace["steps"][number]["conclusion"]): boolean {
  return conclusion === "allow" || conclusion === "not-asked";
}

function saidBy({ steps }: DecisionTrace, kind: PolicyKind): SimulatedDecision {
  const step = steps.find((one) => one.kind === kind);
  if (step?.conclusion === "explicit-deny") return "explicit-deny";
  return step?.conclusion === "allow" ? "allowed" : "implicit-deny";
}

function missingKeys({ identity, boundary, resource, context }: Simulation): readonly string[] {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const documents = [...identity, boundary, resource].flatMap((policy) => policy?.document ?? []);
  return contextKeyNames(documents).filter((key) => !given.has(key.toLowerCase()));
}
