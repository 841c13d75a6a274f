import type { Clock } from "../platform/index.ts";
import type { AssumedRole, AssumeRoleRequest, RoleSessions } from "./assume-role.ts";
import type { Authority, Permission, Principal } from "./authority.ts";
import type { Generations } from "./generations.ts";
import type { Role, User } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { Judge } from "./judge.ts";
import type { MfaDevices } from "./people/mfa-devices.ts";
import type { Policies } from "./policies.ts";
import type { UserPrincipal } from "./principal.ts";
import { refused, type Refusal } from "./refusal.ts";
import type { Revocations } from "./revocations.ts";
import { federatedPrincipal } from "./session-principal.ts";
import { isSessionRefused, sessionRefused, type SessionRefusal } from "./session-refusal.ts";
import { sessionScope, type ScopeRequest } from "./session-scope.ts";
import type { FederatedTokenSession, UserTokenSession } from "./session.ts";
import type { SessionTokens, TemporaryCredentials } from "./session-tokens.ts";

interface SessionParts {
  readonly tokens: SessionTokens;
  readonly roles: RoleSessions;
  readonly identities: IdentityStore;
  readonly policies: Pick<Policies, "find">;
  readonly generations: Generations;
  readonly revocations: Revocations;
  readonly devices: Pick<MfaDevices, "show">;
  readonly judge: Judge;
  readonly roleByArn: (arn: string) => Role | undefined;
  readonly clock: Clock;
  readonly accountId: string;
}

export interface UserSessionRequest {
  readonly seconds: number;
  /** When a second factor was shown, in epoch milliseconds. */
  readonly mfaAt?: number | undefined;
  /** Somebody signed in: the session ends when the person is changed. */
  readonly isSignIn?: boolean | undefined;
}

export interface SignInRole extends Omit<AssumeRoleRequest, "authority"> {
  readonly user: User;
  readonly mfaAt?: number | undefined;
  /** Of the request that somebody signs in with: where it came from, and what it decided so far. */
  readonly request: Authority;
}

export interface FederationRequest extends Pick<ScopeRequest, "policy" | "policyArns" | "tags"> {
  readonly issuer: User;
  readonly name: string;
  readonly seconds: number;
}

export interface FederatedSession {
  readonly kind: "session";
  readonly credentials: TemporaryCredentials;
  readonly arn: string;
  /** `<account>:<name>` */
  readonly federatedUserId: string;
  readonly packedPercent: number | undefined;
}

export interface SecondFactor {
  readonly serialNumber: string;
  readonly code: string;
}

/** Which sessions end: one, or all of a user or role that were begun until `before` (epoch milliseconds). */
export type WhichSessions =
  | { readonly accessKeyId: string }
  | { readonly userName: string; readonly before: number }
  | { readonly roleArn: string; readonly before: number };

/** Begins sessions of users and of those they vouch for, and ends sessions. */
export class Sessions {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  issueForUser(user: User, { seconds, mfaAt, isSignIn }: UserSessionRequest): TemporaryCredentials {
    const { tokens, generations } = this.#parts;
    const generation = isSignIn === true ? { generations: { user: generations.ofUser(user) } } : {};
    const times = this.#times(seconds);
    return tokens.issue<UserTokenSession>({ kind: "user", userId: user.id, mfaAt, ...times, ...generation })
      .credentials;
  }

  /** A role for somebody who signed in. Throws AccessDenied as assuming it with the person's own key would. */
  assumeFor({ user, mfaAt, request, ...role }: SignInRole): AssumedRole | SessionRefusal {
    const { judge, roles, generations, accountId, clock } = this.#parts;
    const session = { issuedAt: clock.now().getTime(), mfaAt, generations: { user: generations.ofUser(user) } };
    const { arn, id: userId, name: userName } = user;
    const person: UserPrincipal = { kind: "user", arn, accountId, userId, userName, session };
    return roles.assume({ ...role, authority: judge.standIn(request, person) });
  }

  issueFederated({ issuer, name, seconds, ...scope }: FederationRequest): FederatedSession | SessionRefusal {
    const { tokens, policies, accountId } = this.#parts;
    const scoped = sessionScope(scope, { tags: {}, transitiveTagKeys: [] }, policies);
    if (isSessionRefused(scoped)) return scoped;
    const { session, credentials } = tokens.issue<FederatedTokenSession>({
      kind: "federated",
      userId: issuer.id,
      name,
      ...this.#times(seconds),
      ...scoped.scope,
    });
    const { arn, userId: federatedUserId } = federatedPrincipal(session, issuer, accountId);
    return { kind: "session", credentials, arn, federatedUserId, packedPercent: scoped.packedPercent };
  }

  /**
   * The caller with the second factor that came with the request: policies can ask for it in this very
   * request. ② Codes count once and wrong ones are counted, so a code is looked at only where the caller
   * would be allowed with it. Throws AccessDenied otherwise.
   */
  withSecondFactor(
    request: Authority,
    { serialNumber, code }: SecondFactor,
    permissions: readonly Permission[],
  ): Authority | SessionRefusal {
    const { principal } = request;
    if (principal.kind !== "user") return sessionRefused("denied", "Only users have MFA devices.");
    const session = { ...principal.session, mfaAt: this.#parts.clock.now().getTime() };
    const proven = this.#parts.judge.standIn(request, { ...principal, session });
    for (const permission of permissions) proven.demand(permission);
    const shown = this.#parts.devices.show(principal.userId, serialNumber, code);
    if (shown === "blocked") return sessionRefused("denied", `${mfaFailed} Too many codes were wrong; wait a while.`);
    return shown === "shown" ? proven : sessionRefused("denied", mfaFailed);
  }

  /** The user behind a principal, as the account has it now. */
  userOf(principal: Principal): User | undefined {
    return principal.kind === "user" ? this.#parts.identities.userById(principal.userId) : undefined;
  }

  /** ② over before this returns: the next request with such a session is refused. */
  revoke(which: WhichSessions): Refusal | undefined {
    const { revocations, identities, roleByArn, clock } = this.#parts;
    const now = clock.now().getTime();
    if ("accessKeyId" in which) return revocations.add(which.accessKeyId, now);
    if (which.before > now) return refused("invalid", "Sessions that have not begun yet cannot be ended.");
    const subject = "userName" in which ? identities.user(which.userName) : roleByArn(which.roleArn);
    if (subject !== undefined) return revocations.add(subject.id, which.before);
    return "userName" in which
      ? refused("not-found", `The user with name ${which.userName} cannot be found.`)
      : refused("not-found", `The role ${which.roleArn} cannot be found.`);
  }

  #times(seconds: number): { readonly issuedAt: number; readonly expiresAt: number } {
    const issuedAt = this.#parts.clock.now().getTime();
    return { issuedAt, expiresAt: issuedAt + seconds * 1000 };
  }
}

const mfaFailed = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
