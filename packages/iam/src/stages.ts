import type { NamedPolicy, PolicyKind, PolicySet } from "./decide.ts";
import type { AccessRequest, Requester } from "./request.ts";
import type { StatementMatch } from "./statement.ts";

/** The policies of one kind; each level of an organisation is a stage of its own. */
export interface Stage {
  readonly kind: PolicyKind;
  readonly policies: readonly NamedPolicy[];
}

/** Every stage that a request passes, in AWS's order of evaluation. */
export function stagesOf(principal: Requester, policies: PolicySet): readonly Stage[] {
  const { organization = [], endpoint, resource, identity, boundary, session = [] } = policies;
  const stages: Stage[] = organization.map((level) => ({ kind: "service control policy", policies: level }));
  if (endpoint !== undefined) stages.push({ kind: "VPC endpoint policy", policies: [endpoint] });
  stages.push({ kind: "resource-based policy", policies: resource === undefined ? [] : [resource] });
  stages.push({ kind: "identity-based policy", policies: identity });
  if (boundary !== undefined) stages.push({ kind: "permissions boundary", policies: [boundary] });
  // ② a federated user's session that was begun without a policy has nothing that allows.
  if (session.length > 0 || principal.kind === "federated-user") {
    stages.push({ kind: "session policy", policies: session });
  }
  return stages;
}

/** Which stages have to allow: all but those not asked, each with the reason. */
export interface Demand {
  readonly notAsked: Partial<Readonly<Record<PolicyKind, string>>>;
  /** What grants, where every stage that is asked allows. */
  readonly grantedBy: "resource-based policy" | "identity-based policy" | "root";
}

/** `match`: how the resource policy's strongest allow takes the requester in. */
export function demandOf(
  { principal, resourceAccountId }: AccessRequest,
  { resourceIsAuthoritative = false }: Pick<PolicySet, "resourceIsAuthoritative">,
  match: StatementMatch | undefined,
): Demand {
  if (principal.kind === "service" || principal.kind === "web-identity" || principal.kind === "anonymous") {
    return byResourceAlone;
  }
  const isOwnAccount = principal.accountId === resourceAccountId;
  if (isOwnAccount && match !== undefined && match !== "account") {
    if (match === "federated-user") return toSession;
    return match === "user" ? toUser : byResource;
  }
  if (principal.kind === "root") return resourceIsAuthoritative || !isOwnAccount ? rootByResource : rootAlone;
  return resourceIsAuthoritative || !isOwnAccount ? byBoth : byIdentity;
}

const belongsToNobody = "the requester has no account's policies: the resource-based policy alone decides";
const byResourceAlone: Demand = {
  grantedBy: "resource-based policy",
  notAsked: {
    "identity-based policy": belongsToNobody,
    "permissions boundary": belongsToNobody,
    "session policy": belongsToNobody,
  },
};

const grantedHere = "the resource-based policy grants it by itself";
const byResource: Demand = {
  grantedBy: "resource-based policy",
  notAsked: { "identity-based policy": grantedHere },
};
const toUser: Demand = {
  grantedBy: "resource-based policy",
  notAsked: {
    "identity-based policy": grantedHere,
    "permissions boundary": "the resource-based policy names the user: the boundary does not cap that",
  },
};
const namesSession = "the resource-based policy names the federated user's session, and grants to it directly";
const toSession: Demand = {
  grantedBy: "resource-based policy",
  notAsked: {
    "identity-based policy": namesSession,
    "permissions boundary": namesSession,
    "session policy": namesSession,
  },
};

const root = "the root user has every right of its account";
const notNeeded = "inside the account it is not needed";
const rootAlone: Demand = {
  grantedBy: "root",
  notAsked: { "resource-based policy": notNeeded, "identity-based policy": root },
};
const rootByResource: Demand = { grantedBy: "root", notAsked: { "identity-based policy": root } };
const byIdentity: Demand = { grantedBy: "identity-based policy", notAsked: { "resource-based policy": notNeeded } };
const byBoth: Demand = { grantedBy: "identity-based policy", notAsked: {} };
