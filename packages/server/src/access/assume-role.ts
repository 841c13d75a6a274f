import { assumeRolePermissions, type AssumeRoleFacts } from "./assume-permissions.ts";
import type { Authority, Origin } from "./authority.ts";
import type { DecisionLog } from "./decision-log.ts";
import type { Generations } from "./generations.ts";
import type { Role } from "./identity.ts";
import type { Judge } from "./judge.ts";
import type { Policies } from "./policies.ts";
import { heritageOf, type Heritage } from "./session-heritage.ts";
import { rolePrincipal } from "./session-principal.ts";
import { isSessionRefused, sessionRefused, type SessionRefusal } from "./session-refusal.ts";
import { sessionScope, type NewScope, type ScopeRequest } from "./session-scope.ts";
import { unscoped, type RoleTokenSession } from "./session.ts";
import { platformFacts } from "./transport-keys.ts";
import type { SessionTokens, TemporaryCredentials } from "./session-tokens.ts";

export const sessionSecondsMin = 900;
const chainedSessionSecondsMax = 3600;
const defaultSessionSeconds = 3600;

export interface AssumeRoleRequest extends AssumeRoleFacts, ScopeRequest {
  readonly authority: Authority;
}

export interface ActAsRequest {
  readonly roleArn: string;
  /** `sagemaker.amazonaws.com` */
  readonly service: string;
  readonly sessionName: string;
  readonly origin: Origin;
  readonly durationSeconds?: number | undefined;
  /** What the service acts for, such as the ARN of a job; for trust policies that ask for aws:SourceArn. */
  readonly sourceArn?: string | undefined;
}

export interface AssumedRole {
  readonly kind: "session";
  readonly credentials: TemporaryCredentials;
  readonly sessionArn: string;
  /** `<role id>:<session name>` */
  readonly assumedRoleId: string;
  readonly sourceIdentity: string | undefined;
  /** See NewScope. */
  readonly packedPercent: number | undefined;
  /** The session as it acts itself. */
  readonly authority: Authority;
}

export interface ActAsRefusal {
  readonly kind: "no-such-role" | "trust-refuses";
  readonly message: string;
}

interface AssumeRoleParts {
  readonly judge: Judge;
  readonly tokens: SessionTokens;
  readonly generations: Generations;
  readonly policies: Pick<Policies, "find">;
  readonly roleByArn: (arn: string) => Role | undefined;
  readonly now: () => Date;
  readonly accountId: string;
  readonly region: string;
}

/** All that a session is begun with. */
interface Beginning {
  readonly role: Role;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly origin: Origin;
  readonly scope: Pick<NewScope, "scope" | "transitiveTagKeys" | "packedPercent">;
  readonly heritage: Heritage;
}

const ofService: Beginning["scope"] = { scope: unscoped, transitiveTagKeys: [], packedPercent: undefined };

/** Takes on roles, for callers and for services. */
export class RoleSessions {
  readonly #parts: AssumeRoleParts;

  constructor(parts: AssumeRoleParts) {
    this.#parts = parts;
  }

  /** Throws AccessDenied unless the role trusts the caller and, where needed, the caller's policies allow it. */
  assume(request: AssumeRoleRequest): AssumedRole | SessionRefusal {
    const { authority, roleArn, sessionName } = request;
    for (const permission of assumeRolePermissions(request, authority.principal)) authority.demand(permission);
    const role = this.#parts.roleByArn(roleArn);
    if (role === undefined) return sessionRefused("invalid", `Role ${roleArn} does not exist.`);
    const durationSeconds = request.durationSeconds ?? defaultSeconds(role);
    const tooLong = durationFault(durationSeconds, role, authority);
    if (tooLong !== undefined) return tooLong;
    const heritage = heritageOf(request, role, this.#parts.generations);
    if (isSessionRefused(heritage)) return heritage;
    const scope = sessionScope(request, heritage.inherited, this.#parts.policies);
    if (isSessionRefused(scope)) return scope;
    return this.#start({ role, sessionName, durationSeconds, origin: authority.origin, scope, heritage });
  }

  /** ② a service takes on a role only where the role's trust policy names the service. */
  actAs(request: ActAsRequest): AssumedRole | ActAsRefusal {
    const { roleArn, service, sessionName, origin, sourceArn } = request;
    const role = this.#parts.roleByArn(roleArn);
    if (role === undefined) return { kind: "no-such-role", message: couldNotAssume(roleArn, service) };
    if (!this.trusts(roleArn, service, sessionName, sourceArn)) {
      return { kind: "trust-refuses", message: couldNotAssume(roleArn, service) };
    }
    const durationSeconds = request.durationSeconds ?? defaultSessionSeconds;
    const heritage = { inherited: { tags: {}, transitiveTagKeys: [] }, passedOn: {} };
    return this.#start({ role, sessionName, durationSeconds, origin, scope: ofService, heritage });
  }

  trusts(
    roleArn: string,
    service: string,
    sessionName: string,
    sourceArn: string | undefined,
    log?: DecisionLog,
  ): boolean {
    const context = {
      "sts:RoleSessionName": sessionName,
      ...(sourceArn === undefined ? {} : { "aws:SourceArn": sourceArn }),
    };
    const permission = { action: "sts:AssumeRole", resource: roleArn, context };
    return this.#parts.judge.decideForService(service, permission, log).allowed;
  }

  #start({ role, sessionName, durationSeconds, origin, scope, heritage }: Beginning): AssumedRole {
    const { tokens, accountId, region, judge } = this.#parts;
    const issuedAt = this.#parts.now().getTime();
    const { session, credentials } = tokens.issue<RoleTokenSession>({
      kind: "role",
      roleId: role.id,
      sessionName,
      issuedAt,
      expiresAt: issuedAt + durationSeconds * 1000,
      ...scope.scope,
      transitiveTagKeys: scope.transitiveTagKeys,
      ...heritage.passedOn,
    });
    const principal = rolePrincipal(session, role, accountId);
    const authority = judge.authority({ principal, origin, facts: platformFacts, region, calledVia: [] });
    return {
      kind: "session",
      credentials,
      sessionArn: principal.arn,
      assumedRoleId: principal.userId,
      sourceIdentity: principal.sourceIdentity,
      packedPercent: scope.packedPercent,
      authority,
    };
  }
}

export function couldNotAssume(roleArn: string, service: string): string {
  return `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal '${service}' to assume the role.`;
}

function defaultSeconds(role: Role): number {
  return Math.min(defaultSessionSeconds, role.maxSessionSeconds);
}

function durationFault(seconds: number, role: Role, { principal }: Authority): SessionRefusal | undefined {
  if (seconds > role.maxSessionSeconds) {
    return sessionRefused("invalid", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (principal.kind === "role-session" && seconds > chainedSessionSecondsMax) {
    return sessionRefused(
      "invalid",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  return undefined;
}
