import { probeOf, type Policy, type Probe, type StatementMatch } from "./policy.ts";
import type { AccessRequest } from "./request.ts";

/** A policy and the name under which an administrator knows it. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** Every policy that has a say in one request. */
export interface PolicySet {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy | undefined;
  readonly session?: NamedPolicy | undefined;
  readonly resource?: NamedPolicy | undefined;
  /**
   * The resource's own policy has the last word, as with KMS keys and a role's trust: an identity
   * policy counts only where the resource policy delegates to the principal's account.
   */
  readonly resourceIsAuthoritative?: boolean;
  /** Organisation policies, level by level; each level has to allow, root's requests too. */
  readonly organization?: readonly (readonly NamedPolicy[])[];
}

export type PolicyKind =
  | "service control policy"
  | "resource-based policy"
  | "identity-based policy"
  | "permissions boundary"
  | "session policy";

export type Verdict =
  | { readonly outcome: "allowed"; readonly by: PolicyKind | "root"; readonly statement?: StatementName }
  | { readonly outcome: "explicit-deny"; readonly by: PolicyKind; readonly statement: StatementName }
  | {
      readonly outcome: "implicit-deny";
      /** The kind of policy that has no allow. */
      readonly by: PolicyKind;
      readonly nearly: readonly NearMiss[];
    };

/** An Allow statement that fits but for these conditions. */
export interface NearMiss {
  readonly statement: StatementName;
  readonly conditions: readonly string[];
}

export interface StatementName {
  readonly policy: string;
  /** `Sid`, or `#<index>`. */
  readonly statement: string;
}

/** What one policy says: its first deny, and its strongest allow. */
interface Opinion {
  readonly deny?: StatementName;
  readonly allow?: { readonly name: StatementName; readonly match: StatementMatch };
}

interface Opinions {
  readonly organization: readonly (readonly Opinion[])[];
  readonly resource: Opinion | undefined;
  readonly identity: readonly Opinion[];
  readonly boundary: Opinion | undefined;
  readonly session: Opinion | undefined;
}

/**
 * Grants by name first, then to everybody, then through the account. A session's name is not among
 * them: AWS's text and other evaluators disagree about what it grants, so it grants nothing.
 */
const grantOrder: readonly StatementMatch[] = ["everyone", "user", "root", "service", "role", "anyone", "account"];

/** The decision of access over all policies, in AWS's order of evaluation. */
export function decide(request: AccessRequest, policies: PolicySet): Verdict {
  const probe = probeOf(request, policies.boundary !== undefined);
  const opinions: Opinions = {
    organization: (policies.organization ?? []).map((level) => level.map((named) => opinionOf(named, probe))),
    resource: policies.resource && opinionOf(policies.resource, probe),
    identity: policies.identity.map((named) => opinionOf(named, probe)),
    boundary: policies.boundary && opinionOf(policies.boundary, probe),
    session: policies.session && opinionOf(policies.session, probe),
  };
  const denied = explicitDeny(opinions);
  if (denied !== undefined) return denied;
  const verdict = grant(request, policies, opinions);
  if ("outcome" in verdict) return verdict;
  return { outcome: "implicit-deny", by: verdict.refusedBy, nearly: nearlyAllowing(verdict.asked, probe) };
}

/** ② an explicit deny anywhere wins, over root as well. */
function explicitDeny(opinions: Opinions): Verdict | undefined {
  const kinds: readonly (readonly [PolicyKind, readonly (Opinion | undefined)[]])[] = [
    ["service control policy", opinions.organization.flat()],
    ["resource-based policy", [opinions.resource]],
    ["identity-based policy", opinions.identity],
    ["permissions boundary", [opinions.boundary]],
    ["session policy", [opinions.session]],
  ];
  for (const [by, list] of kinds) {
    for (const opinion of list) {
      if (opinion?.deny !== undefined) return { outcome: "explicit-deny", by, statement: opinion.deny };
    }
  }
  return undefined;
}

interface Refusal {
  readonly refusedBy: PolicyKind;
  readonly asked: readonly (NamedPolicy | undefined)[];
}

function grant(request: AccessRequest, policies: PolicySet, opinions: Opinions): Verdict | Refusal {
  for (const [level, said] of opinions.organization.entries()) {
    if (said.some(({ allow }) => allow !== undefined)) continue;
    return { refusedBy: "service control policy", asked: policies.organization?.[level] ?? [] };
  }
  const { principal } = request;
  const noResourceGrant: Refusal = { refusedBy: "resource-based policy", asked: [policies.resource] };
  const resource = opinions.resource?.allow;
  if (principal.kind === "service") return resource?.match === "service" ? byResource(resource.name) : noResourceGrant;

  const isOwnAccount = principal.accountId === request.resourceAccountId;
  if (isOwnAccount && resource !== undefined && resource.match !== "account") {
    // A grant to a user by name stands beside that user's boundary; every other grant lies within it.
    const cap = capOf(policies, opinions, resource.match !== "user");
    return cap ?? byResource(resource.name);
  }
  const needsResource = policies.resourceIsAuthoritative === true || !isOwnAccount;
  if (needsResource && resource === undefined) return noResourceGrant;
  const identity = opinions.identity.find(({ allow }) => allow !== undefined)?.allow;
  if (identity === undefined && principal.kind !== "root") {
    return { refusedBy: "identity-based policy", asked: policies.identity };
  }
  const cap = capOf(policies, opinions, true);
  if (cap !== undefined) return cap;
  if (identity === undefined) return { outcome: "allowed", by: "root" };
  return { outcome: "allowed", by: "identity-based policy", statement: identity.name };
}

function byResource(statement: StatementName): Verdict {
  return { outcome: "allowed", by: "resource-based policy", statement };
}

/** The boundary or session policy that keeps a grant from taking effect. */
function capOf(policies: PolicySet, opinions: Opinions, boundaryCounts: boolean): Refusal | undefined {
  if (boundaryCounts && opinions.boundary !== undefined && opinions.boundary.allow === undefined) {
    return { refusedBy: "permissions boundary", asked: [policies.boundary] };
  }
  if (opinions.session !== undefined && opinions.session.allow === undefined) {
    return { refusedBy: "session policy", asked: [policies.session] };
  }
  return undefined;
}

function opinionOf({ name, policy }: NamedPolicy, probe: Probe): Opinion {
  let allow: Opinion["allow"];
  for (const statement of policy.statements) {
    const match = statement.match(probe);
    if (match === undefined) continue;
    const statementName = { policy: name, statement: statement.label };
    if (statement.effect === "Deny") return { deny: statementName };
    if (grantOrder.includes(match) && (allow === undefined || isStronger(match, allow.match))) {
      allow = { name: statementName, match };
    }
  }
  return allow === undefined ? {} : { allow };
}

function isStronger(match: StatementMatch, than: StatementMatch): boolean {
  return grantOrder.indexOf(match) < grantOrder.indexOf(than);
}

function nearlyAllowing(asked: readonly (NamedPolicy | undefined)[], probe: Probe): readonly NearMiss[] {
  return asked.flatMap((named) =>
    (named?.policy.statements ?? []).flatMap((statement) => {
      const conditions = statement.missedConditions(probe);
      const name = { policy: named?.name ?? "", statement: statement.label };
      return conditions.length === 0 ? [] : [{ statement: name, conditions }];
    }),
  );
}
