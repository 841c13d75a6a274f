import type { Policy } from "./policy.ts";
import { demandOf, stagesOf, type Stage } from "./stages.ts";
import { probeOf, type Probe, type StatementMatch } from "./statement.ts";
import type { AccessRequest } from "./request.ts";

/** A policy and the name under which an administrator knows it. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** Every policy that has a say in one request. */
export interface PolicySet {
  /** A federated user has those of the user who asked for its session. */
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy | undefined;
  /**
   * The policies that a session was begun with: one of them has to allow, and a deny in any counts.
   * A session without any is not capped, but for a federated user's, which then has no rights.
   */
  readonly session?: readonly NamedPolicy[] | undefined;
  readonly resource?: NamedPolicy | undefined;
  /**
   * The resource's own policy has the last word, as with KMS keys and a role's trust: an identity
   * policy counts only where the resource policy delegates to the principal's account.
   */
  readonly resourceIsAuthoritative?: boolean;
  /** The policy of the VPC endpoint that the request came through: it has to allow, and grants nothing. */
  readonly endpoint?: NamedPolicy | undefined;
  /** Organisation policies, level by level; each level has to allow, root's requests too. */
  readonly organization?: readonly (readonly NamedPolicy[])[] | undefined;
}

export type PolicyKind =
  | "service control policy"
  | "VPC endpoint policy"
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

/** What the policies of one stage say: the first deny, and the strongest allow. */
interface Opinion {
  deny?: StatementName;
  allow?: { readonly name: StatementName; readonly match: StatementMatch };
}

/**
 * Grants by name first, then to everybody, then through the account. A role session's name is not among
 * them: AWS's text and other evaluators disagree about what it grants, so it grants nothing.
 */
const grantOrder: readonly StatementMatch[] = [
  "everyone",
  "user",
  "federated-user",
  "root",
  "service",
  "web-identity",
  "role",
  "issuer",
  "anyone",
  "account",
];

/** The decision of access over all policies, in AWS's order of evaluation. */
export function decide(request: AccessRequest, policies: PolicySet): Verdict {
  const probe = probeOf(request, policies.boundary !== undefined);
  const stages = stagesOf(request.principal, policies);
  const opinions: Opinion[] = [];
  for (const stage of stages) {
    const opinion = opinionOf(stage, probe);
    // ② an explicit deny anywhere wins, over root as well.
    if (opinion.deny !== undefined) return { outcome: "explicit-deny", by: stage.kind, statement: opinion.deny };
    opinions.push(opinion);
  }
  const allowIn = (kind: PolicyKind) => opinions[stages.findIndex((stage) => stage.kind === kind)]?.allow;
  const demand = demandOf(request, policies, allowIn("resource-based policy")?.match);
  for (const [at, { kind, policies: asked }] of stages.entries()) {
    if (kind in demand.notAsked || opinions[at]?.allow !== undefined) continue;
    return { outcome: "implicit-deny", by: kind, nearly: nearlyAllowing(asked, probe) };
  }
  const { grantedBy } = demand;
  const statement = grantedBy === "root" ? undefined : allowIn(grantedBy)?.name;
  return { outcome: "allowed", by: grantedBy, ...(statement && { statement }) };
}

function opinionOf({ policies }: Stage, probe: Probe): Opinion {
  const opinion: Opinion = {};
  for (const { name, policy } of policies) {
    const { statements, prefixes } = policy.statementsFor(probe.service);
    for (let at = 0; at < statements.length; at += 1) {
      if (!probe.prefixHashes.mayBegin(prefixes, at)) continue;
      const statement = statements[at];
      const match = statement?.match(probe);
      if (statement === undefined || match === undefined) continue;
      const statementName = { policy: name, statement: statement.label };
      if (statement.effect === "Deny") return { deny: statementName };
      if (isGrant(match) && (opinion.allow === undefined || isStronger(match, opinion.allow.match))) {
        opinion.allow = { name: statementName, match };
      }
    }
  }
  return opinion;
}

/** Does an Allow statement that takes part in this way allow anything? */
export function isGrant(match: StatementMatch): boolean {
  return grantOrder.includes(match);
}

function isStronger(match: StatementMatch, than: StatementMatch): boolean {
  return grantOrder.indexOf(match) < grantOrder.indexOf(than);
}

function nearlyAllowing(asked: readonly NamedPolicy[], probe: Probe): readonly NearMiss[] {
  return asked.flatMap(({ name, policy }) =>
    policy.statements.flatMap((statement) => {
      const conditions = statement.missedConditions(probe);
      return conditions.length === 0 ? [] : [{ statement: { policy: name, statement: statement.label }, conditions }];
    }),
  );
}
