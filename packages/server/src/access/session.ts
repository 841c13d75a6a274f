import type { Tags } from "./identity.ts";

/** What a session token holds, sealed. Times are epoch milliseconds. */
export type Session = RoleTokenSession | UserTokenSession | FederatedTokenSession;

interface AnySession {
  readonly accessKeyId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What takes rights away from a session, and the tags that it brings. */
export interface SessionScope {
  /** JSON texts. */
  readonly sessionPolicies: readonly string[];
  readonly sessionPolicyArns: readonly string[];
  readonly tags: Tags;
}

/**
 * What a session that somebody signed in for depends on: as long as the person and the role are as they
 * were. Each is a digest of everything that an administrator can change about the person or role.
 */
export interface Generations {
  readonly user?: string | undefined;
  readonly role?: string | undefined;
}

export interface RoleTokenSession extends AnySession, SessionScope {
  readonly kind: "role";
  readonly roleId: string;
  readonly sessionName: string;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  readonly federatedProvider?: string | undefined;
  readonly mfaAt?: number | undefined;
  /** Id of the user whom the session goes back to. */
  readonly startedBy?: string | undefined;
  readonly generations?: Generations | undefined;
}

export interface UserTokenSession extends AnySession {
  readonly kind: "user";
  readonly userId: string;
  readonly mfaAt?: number | undefined;
  readonly generations?: Generations | undefined;
}

export interface FederatedTokenSession extends AnySession, SessionScope {
  readonly kind: "federated";
  /** The user who asked for it. */
  readonly userId: string;
  readonly name: string;
}

export const unscoped: SessionScope = { sessionPolicies: [], sessionPolicyArns: [], tags: {} };

/** A session out of its JSON text, also of the form that tokens had when there were roles' sessions only. */
export function readSession(text: string): Session {
  const read = JSON.parse(text) as Session | FormerSession;
  if ("kind" in read) return read;
  const { sessionPolicy, ...rest } = read;
  const sessionPolicies = sessionPolicy === undefined ? [] : [sessionPolicy];
  return { kind: "role", ...rest, sessionPolicies, sessionPolicyArns: [], transitiveTagKeys: [] };
}

interface FormerSession extends AnySession {
  readonly roleId: string;
  readonly sessionName: string;
  readonly sessionPolicy?: string;
  readonly tags: Tags;
}
