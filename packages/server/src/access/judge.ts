import {
  compilePolicy,
  contextOf,
  decide,
  explain,
  splitArn,
  type AccessRequest,
  type NamedPolicy,
  type PolicySet,
  type Requester,
} from "@strongroom/iam";
import type { Clock } from "../platform/index.ts";
import type { Organization, OrganizationKeys } from "./organization.ts";
import { AccessDenied, type Authority, type Decision, type Permission, type Principal } from "./authority.ts";
import type { DecisionLog } from "./decision-log.ts";
import { iamTagKeys } from "./identity-facts.ts";
import type { EndpointOwner } from "./endpoint-keys.ts";
import type { PrincipalPolicies } from "./principal-policies.ts";
import { refusalMessage } from "./refusal-message.ts";
import { requestContext, situationKeys, type Situation } from "./request-context.ts";
import type { Conditions, ResourceFacts, ResourceRegistry } from "./resource-facts.ts";
import type { Role } from "./identity.ts";
import type { VpcEndpointPolicies } from "./vpc-endpoint-policies.ts";

interface JudgeParts {
  readonly principals: PrincipalPolicies;
  readonly resources: ResourceRegistry;
  readonly organization: Pick<Organization, "keys" | "levels">;
  readonly endpoints: Pick<VpcEndpointPolicies, "over">;
  readonly roleByArn: (arn: string) => Role | undefined;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
}

/** Services whose resources' own policies have the last word. */
const authoritativeServices = new Set(["kms"]);

const allowed: Decision = { allowed: true, message: "", because: "" };

interface ResourceSide {
  readonly accountId: string;
  readonly policy: NamedPolicy | undefined;
  readonly isAuthoritative: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly conditions: Conditions;
}

interface Question {
  readonly permission: Permission;
  /** Undefined: a service in its own name. */
  readonly asker: Principal | undefined;
  readonly principal: Requester;
  readonly context: AccessRequest["context"];
  readonly side: ResourceSide;
  readonly policies: Pick<PolicySet, "identity" | "boundary" | "session" | "endpoint" | "organization">;
}

/** Brings together who asks, what is asked for and every policy that has a say, and asks the evaluator. */
export class Judge {
  readonly #parts: JudgeParts;

  constructor(parts: JudgeParts) {
    this.#parts = parts;
  }

  authority(situation: Situation): Authority {
    return new JudgedAuthority(this, situation);
  }

  /** The same request by somebody else, whom whoever calls this has made sure of. */
  standIn(request: Authority, principal: Principal): Authority {
    if (!(request instanceof JudgedAuthority)) throw new TypeError("an authority of another account's");
    return request.by(principal);
  }

  decide(
    principal: Principal,
    situation: ReadonlyMap<string, readonly string[]>,
    permission: Permission,
    log: DecisionLog | undefined,
  ): Decision {
    const standing = this.#parts.principals.of(principal);
    const side = this.#resourceSide(permission, principal);
    const context = requestContext(situation, {
      permission,
      principal,
      principalTags: standing.tags,
      resourceTags: side.tags,
      resourceConditions: side.conditions,
      resourceAccountId: side.accountId,
      principalOrganization: this.#organizationOf(principal.accountId),
      resourceOrganization: this.#organizationOf(side.accountId),
      endpointOwner: this.#endpointOwner(),
      now: this.#parts.clock.now(),
    });
    const { identity, boundary, session } = standing;
    const endpoint = this.#endpointPolicy(situation.get("aws:sourcevpce")?.[0], permission);
    const policies = { identity, boundary, session, endpoint, ...this.#guardrailsOver(principal) };
    const requester = requesterOf(principal);
    const question = { permission, asker: principal, principal: requester, context, side, policies };
    return this.#verdict(question, log, () => [
      ...situation.keys(),
      ...Object.keys(standing.tags).map((tag) => `aws:PrincipalTag/${tag}`),
      ...keyNamesOf(permission, side),
    ]);
  }

  /** ② may a service, in its own name, take on a role? Only where the role's trust policy names it. */
  decideForService(service: string, permission: Permission, log?: DecisionLog): Decision {
    const { accountId, clock } = this.#parts;
    const now = clock.now();
    const context = contextOf({
      ...permission.context,
      "aws:SourceAccount": accountId,
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": service,
      "aws:CurrentTime": now.toISOString(),
      "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
      "aws:SecureTransport": "true",
    });
    const principal: Requester = { kind: "service", arn: service, accountId };
    const side = this.#resourceSide(permission);
    const question = { permission, asker: undefined, principal, context, side, policies: { identity: [] } };
    return this.#verdict(question, log, () => keyNamesOf(permission, side));
  }

  #organizationOf(accountId: string): OrganizationKeys | undefined {
    return accountId === this.#parts.accountId ? this.#parts.organization.keys : undefined;
  }

  #endpointOwner(): EndpointOwner {
    const { accountId, region, organization } = this.#parts;
    return { accountId, region, organization: organization.keys };
  }

  /** ① ② what comes through a VPC endpoint is held to the endpoint's policy too. */
  #endpointPolicy(vpceId: string | undefined, { action }: Permission): NamedPolicy | undefined {
    return vpceId === undefined ? undefined : this.#parts.endpoints.over(vpceId, action);
  }

  /** ② service control policies stand above everybody of the account, its root user included. */
  #guardrailsOver({ accountId }: Principal): Pick<PolicySet, "organization"> {
    const levels = accountId === this.#parts.accountId ? this.#parts.organization.levels() : undefined;
    return levels === undefined ? {} : { organization: levels };
  }

  #verdict(question: Question, log: DecisionLog | undefined, keyNames: () => readonly string[]): Decision {
    const { permission, asker, principal, context, side } = question;
    const { action, resource } = permission;
    const request = { principal, action, resource, resourceAccountId: side.accountId, context };
    const policies = { ...question.policies, resource: side.policy, resourceIsAuthoritative: side.isAuthoritative };
    const verdict = decide(request, policies);
    log?.note({ permission, asker, request, policies, verdict, keyNames });
    if (verdict.outcome === "allowed") return allowed;
    const message = refusalMessage(request, verdict, policies);
    return { allowed: false, message, because: explain(request, verdict).because };
  }

  #resourceSide(permission: Permission, asker?: Principal): ResourceSide {
    const { action, resource } = permission;
    const arn = splitArn(resource);
    if (arn?.[2] === "iam" && arn[5]?.startsWith("role/") === true && action.toLowerCase().startsWith("sts:")) {
      return this.#trustSide(resource);
    }
    const found = this.#parts.resources.find(permission, asker);
    const facts: ResourceFacts = found ?? {};
    const accountId = facts.accountId ?? this.#ownerAccount(arn?.[4]);
    const { policy, tags = {}, conditions = {} } = facts;
    return {
      accountId,
      policy: policy === undefined ? undefined : resourcePolicy(`policy of ${ownerName(resource)}`, policy, "resource"),
      isAuthoritative: found !== undefined && authoritativeServices.has(arn?.[2] ?? ""),
      tags,
      conditions,
    };
  }

  /** Buckets name no account in their ARN, and the policies that AWS manages belong to every account. */
  #ownerAccount(named: string | undefined): string {
    return named === undefined || named === "" || named === "aws" ? this.#parts.accountId : named;
  }

  /** A role's trust policy; a role that does not exist trusts nobody. */
  #trustSide(resource: string): ResourceSide {
    const role = this.#parts.roleByArn(resource);
    return {
      accountId: splitArn(resource)?.[4] ?? this.#parts.accountId,
      policy: role && resourcePolicy(`trust policy of ${role.name}`, role.trustPolicy, "trust"),
      isAuthoritative: true,
      tags: role?.tags ?? {},
      conditions: role === undefined ? {} : iamTagKeys(role.tags),
    };
  }
}

class JudgedAuthority implements Authority {
  readonly principal: Principal;
  readonly origin: Authority["origin"];
  readonly request: Authority["request"];
  readonly decisions: DecisionLog | undefined;
  readonly #judge: Judge;
  readonly #situation: Situation;
  readonly #keys: ReadonlyMap<string, readonly string[]>;

  constructor(judge: Judge, situation: Situation) {
    this.principal = situation.principal;
    this.origin = situation.origin;
    this.request = situation.facts.request;
    this.decisions = situation.decisions;
    this.#judge = judge;
    this.#situation = situation;
    this.#keys = situationKeys(situation);
  }

  decide(permission: Permission): Decision {
    return this.#judge.decide(this.principal, this.#keys, permission, this.decisions);
  }

  demand(permission: Permission): void {
    const decision = this.decide(permission);
    if (!decision.allowed) throw new AccessDenied(decision, permission);
  }

  by(principal: Principal): Authority {
    return new JudgedAuthority(this.#judge, { ...this.#situation, principal });
  }

  sees(permission: Permission): boolean {
    return this.#judge.decide(this.principal, this.#keys, permission, undefined).allowed;
  }

  via(service: string): Authority {
    return new JudgedAuthority(this.#judge, {
      ...this.#situation,
      calledVia: [...this.#situation.calledVia, service],
    });
  }
}

function requesterOf(principal: Principal): Requester {
  const { arn, accountId } = principal;
  switch (principal.kind) {
    case "role-session":
      return { kind: "role-session", arn, roleArn: principal.roleArn, accountId, userId: principal.userId };
    case "federated-user":
      return { kind: "federated-user", arn, accountId, userArn: principal.userArn, issuerId: principal.issuerId };
    case "anonymous":
      return { kind: "anonymous", arn, accountId: "" };
    case "user":
      return { kind: "user", arn, accountId, userId: principal.userId };
    case "root":
    case "web-identity":
      return { kind: principal.kind, arn, accountId };
  }
}

/** Names of the keys that a request and its resource bring, beside the global ones. */
function keyNamesOf({ context = {} }: Permission, { conditions, tags }: ResourceSide): readonly string[] {
  const tagKeys = Object.keys(tags).map((tag) => `aws:ResourceTag/${tag}`);
  return [...Object.keys(context), ...Object.keys(conditions), ...tagKeys];
}

function resourcePolicy(name: string, document: string, use: "resource" | "trust"): NamedPolicy {
  return { name, policy: compilePolicy(document, use).policy };
}

/** A bucket policy belongs to the bucket, not to the object that was asked for. */
function ownerName(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/")[0] ?? resource) : resource;
}
