import type { Principal } from "./authority.ts";
import type { Generations as GenerationsOf } from "./generations.ts";
import type { Role } from "./identity.ts";
import { mfaTime } from "./principal-keys.ts";
import { sessionRefused, type SessionRefusal } from "./session-refusal.ts";
import type { TransitiveTags } from "./session-tags.ts";
import type { Generations } from "./session.ts";

/** What goes along from who assumes a role to the role's session. */
export interface Heritage {
  readonly inherited: TransitiveTags;
  readonly passedOn: {
    readonly sourceIdentity?: string | undefined;
    readonly federatedProvider?: string | undefined;
    readonly mfaAt?: number | undefined;
    readonly startedBy?: string | undefined;
    readonly generations?: Generations | undefined;
  };
}

interface Asked {
  readonly authority: { readonly principal: Principal };
  readonly sourceIdentity?: string | undefined;
}

/** ② who somebody said to be at the first role is who they are at all further ones. */
export function heritageOf(asked: Asked, role: Role, generations: GenerationsOf): Heritage | SessionRefusal {
  const { principal } = asked.authority;
  const before = principal.kind === "role-session" ? principal : undefined;
  const { sourceIdentity = before?.sourceIdentity } = asked;
  if (before?.sourceIdentity !== undefined && sourceIdentity !== before.sourceIdentity) {
    const message = "The SourceIdentity of a session cannot be changed once it is set.";
    return sessionRefused("denied", message);
  }
  return {
    inherited: transitiveTags(principal),
    passedOn: {
      sourceIdentity,
      federatedProvider: principal.kind === "web-identity" ? principal.arn : before?.federatedProvider,
      mfaAt: mfaTime(principal),
      startedBy: principal.kind === "user" ? principal.userId : before?.startedBy,
      generations: generationsOf(principal, role, generations),
    },
  };
}

function transitiveTags(principal: Principal): TransitiveTags {
  if (principal.kind !== "role-session") return { tags: {}, transitiveTagKeys: [] };
  const { tags, transitiveTagKeys } = principal;
  const keys = new Set(transitiveTagKeys.map((key) => key.toLowerCase()));
  const kept = Object.entries(tags).filter(([key]) => keys.has(key.toLowerCase()));
  return { tags: Object.fromEntries(kept), transitiveTagKeys };
}

/** A session that somebody signed in for, and whatever follows from it, is bound to the person and its own role. */
function generationsOf(principal: Principal, role: Role, generations: GenerationsOf): Generations | undefined {
  const person = personOf(principal);
  if (person === undefined && principal.kind !== "web-identity") return undefined;
  return { user: person?.user, role: generations.ofRole(role) };
}

function personOf(principal: Principal): Generations | undefined {
  if (principal.kind === "user") return principal.session?.generations;
  return principal.kind === "role-session" ? principal.generations : undefined;
}
