import type { Authority, Origin, Permission } from "./authority.ts";
import type { DecisionLog } from "./decision-log.ts";
import type { Role } from "./identity.ts";
import type { Judge } from "./judge.ts";
import { documentFault } from "./policy-documents.ts";
import { refused, type Refusal } from "./refusal.ts";
import { rolePrincipal } from "./session-principal.ts";
import { unscoped, type RoleTokenSession } from "./session.ts";
import { platformFacts } from "./transport-keys.ts";
import type { SessionTokens, TemporaryCredentials } from "./session-tokens.ts";

export const sessionSecondsMin = 900;
const chainedSessionSecondsMax = 3600;
const defaultSessionSeconds = 3600;
const sessionPolicyCharactersMax = 2048;

export interface AssumeRoleRequest {
  readonly authority: Authority;
  readonly roleArn: string;
  readonly sessionName: string;
  /** One hour where it is not said. */
  readonly durationSeconds?: number | undefined;
  readonly externalId?: string | undefined;
  /** A session policy, as JSON text: the session may do what both it and the role allow. */
  readonly policy?: string | undefined;
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
  readonly roleByArn: (arn: string) => Role | undefined;
  readonly now: () => Date;
  readonly accountId: string;
  readonly region: string;
}

/** What a caller must be allowed before a role is assumed. */
export function assumeRolePermission(
  request: Pick<AssumeRoleRequest, "roleArn" | "sessionName" | "externalId">,
): Permission {
  const { roleArn, sessionName, externalId } = request;
  const context = {
    "sts:RoleSessionName": sessionName,
    ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
  };
  return { action: "sts:AssumeRole", resource: roleArn, context };
}

/** Takes on roles, for callers and for services. */
export class RoleSessions {
  readonly #parts: AssumeRoleParts;

  constructor(parts: AssumeRoleParts) {
    this.#parts = parts;
  }

  /** Throws AccessDenied unless the role trusts the caller and, where needed, the caller's policies allow it. */
  assume(request: AssumeRoleRequest): AssumedRole | Refusal {
    const { authority, roleArn, policy } = request;
    authority.demand(assumeRolePermission(request));
    const role = this.#parts.roleByArn(roleArn);
    if (role === undefined) return refused("not-found", `Role ${roleArn} does not exist.`);
    const durationSeconds = request.durationSeconds ?? Math.min(defaultSessionSeconds, role.maxSessionSeconds);
    const tooLong = durationFault(durationSeconds, role, authority);
    if (tooLong !== undefined) return tooLong;
    const fault = policy === undefined ? undefined : sessionPolicyFault(policy);
    if (fault !== undefined) return fault;
    return this.#start(role, request.sessionName, durationSeconds, authority.origin, policy);
  }

  /** ② a service takes on a role only where the role's trust policy names the service. */
  actAs(request: ActAsRequest): AssumedRole | ActAsRefusal {
    const { roleArn, service, sessionName, origin, sourceArn } = request;
    const role = this.#parts.roleByArn(roleArn);
    if (role === undefined) return { kind: "no-such-role", message: couldNotAssume(roleArn, service) };
    if (!this.trusts(roleArn, service, sessionName, sourceArn)) {
      return { kind: "trust-refuses", message: couldNotAssume(roleArn, service) };
    }
    const seconds = request.durationSeconds ?? defaultSessionSeconds;
    return this.#start(role, sessionName, seconds, origin, undefined);
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

  #start(
    role: Role,
    sessionName: string,
    durationSeconds: number,
    origin: Origin,
    sessionPolicy: string | undefined,
  ): AssumedRole {
    const { tokens, accountId, region, judge } = this.#parts;
    const issuedAt = this.#parts.now().getTime();
    const expiresAt = issuedAt + durationSeconds * 1000;
    const { session, credentials } = tokens.issue<RoleTokenSession>({
      ...unscoped,
      kind: "role",
      roleId: role.id,
      sessionName,
      issuedAt,
      expiresAt,
      sessionPolicies: sessionPolicy === undefined ? [] : [sessionPolicy],
      transitiveTagKeys: [],
    });
    const principal = rolePrincipal(session, role, accountId);
    const authority = judge.authority({ principal, origin, facts: platformFacts, region, calledVia: [] });
    return { kind: "session", credentials, sessionArn: principal.arn, assumedRoleId: principal.userId, authority };
  }
}

export function couldNotAssume(roleArn: string, service: string): string {
  return `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal '${service}' to assume the role.`;
}

function durationFault(seconds: number, role: Role, { principal }: Authority): Refusal | undefined {
  if (seconds > role.maxSessionSeconds) {
    return refused("invalid", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  if (principal.kind === "role-session" && seconds > chainedSessionSecondsMax) {
    return refused(
      "invalid",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  return undefined;
}

function sessionPolicyFault(policy: string): Refusal | undefined {
  if (policy.length > sessionPolicyCharactersMax) {
    return refused("invalid", `A session policy has at most ${sessionPolicyCharactersMax} characters.`);
  }
  return documentFault(policy, "identity");
}
