import { decide, isGrant, type PolicyKind, type PolicySet, type Verdict } from "./decide.ts";
import { explain, type Explanation } from "./explain.ts";
import type { AccessRequest } from "./request.ts";
import { demandOf, stagesOf, type Stage } from "./stages.ts";
import { probeOf, type Probe, type StatementMatch, type StatementTrace } from "./statement.ts";

/** A decision step by step, as plain JSON data. The verdict is the one that `decide` gives. */
export interface DecisionTrace {
  readonly verdict: Verdict;
  readonly explanation: Explanation;
  readonly steps: readonly TraceStep[];
}

/** What the policies of one kind said. */
export interface TraceStep {
  readonly kind: PolicyKind;
  /** For service control policies: the level of the organisation, its root being 0. */
  readonly level?: number;
  /** `not-asked`: an allow of this kind is not needed; a deny of it would count all the same. */
  readonly conclusion: "explicit-deny" | "allow" | "no-allow" | "not-asked";
  /** Why this kind is not asked. */
  readonly why?: string;
  readonly policies: readonly PolicyTrace[];
}

export interface PolicyTrace {
  readonly policy: string;
  readonly statements: readonly StatementTrace[];
}

/** Decides, and tells for every statement of every policy whether it applies, and why not. */
export function trace(request: AccessRequest, policies: PolicySet): DecisionTrace {
  const verdict = decide(request, policies);
  const probe = probeOf(request, policies.boundary !== undefined);
  const stages = stagesOf(request.principal, policies).map((stage) => ({ ...stage, told: tell(stage, probe) }));
  const resource = stages.find(({ kind }) => kind === "resource-based policy");
  const { notAsked } = demandOf(request, policies, resource && strongestGrant(resource.told));
  const steps = stages.map(({ kind, told }, at): TraceStep => {
    const level = kind === "service control policy" ? { level: at } : {};
    const why = notAsked[kind];
    const conclusion = conclusionOf(told, why !== undefined);
    return {
      kind,
      ...level,
      conclusion,
      ...(why !== undefined && conclusion === "not-asked" ? { why } : {}),
      policies: told,
    };
  });
  return { verdict, explanation: explain(request, verdict), steps };
}

function tell({ policies }: Stage, probe: Probe): readonly PolicyTrace[] {
  return policies.map(({ name, policy }) => ({
    policy: name,
    statements: policy.statements.map((statement) => statement.trace(probe)),
  }));
}

function conclusionOf(told: readonly PolicyTrace[], notAsked: boolean): TraceStep["conclusion"] {
  const applying = told.flatMap(({ statements }) => statements.filter(({ applies }) => applies));
  if (applying.some(({ effect }) => effect === "Deny")) return "explicit-deny";
  if (notAsked) return "not-asked";
  return applying.some((statement) => isGrant(matchOf(statement))) ? "allow" : "no-allow";
}

/** The match that decides what a resource policy's allow is worth: by name, else to everybody, else through the account. */
function strongestGrant(told: readonly PolicyTrace[]): StatementMatch | undefined {
  const matches = told
    .flatMap(({ statements }) => statements)
    .filter(({ applies, effect }) => applies && effect === "Allow")
    .map(matchOf)
    .filter(isGrant);
  const byName = matches.find((match) => match !== "account" && match !== "anyone" && match !== "issuer");
  return byName ?? matches.find((match) => match !== "account") ?? matches[0];
}

function matchOf({ principal }: StatementTrace): StatementMatch {
  return principal ?? "everyone";
}
