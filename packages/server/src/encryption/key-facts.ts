import type { Permission, Principal } from "../access/index.ts";
import { grantCovers, granteeNames, grantIdKey, roleIdOf, withGrants } from "./grant-decision.ts";
import type { GrantStore } from "./grant-store.ts";
import { kindConditions } from "./key-condition.ts";
import { delegatingPolicy } from "./key-policy.ts";
import type { KeyRing } from "./key-ring.ts";
import type { KeyStore } from "./key-store.ts";

/** What access decides with when the resource is a key. */
export interface KeyFacts {
  /** The key's policy, and what grants add to it for whoever asks, as JSON text. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `kms:ResourceAliases`, and what kind of key it is. */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
}

/** `asker` undefined: a service in its own name. */
export type KeyFactsOf = (arn: string, permission?: Permission, asker?: Principal) => KeyFacts | undefined;

/**
 * The policy, the tags and the condition keys of what a KMS ARN names. An alias and a key that does not
 * exist have the policy that leaves it to IAM: only who has an allow there learns that there is no such key.
 */
export function keyFactsFor(ring: KeyRing, store: KeyStore, grants: GrantStore): KeyFactsOf {
  return (arn, permission, asker) => {
    if (!arn.startsWith("arn:aws:kms:")) return undefined;
    const found = ring.find(arn);
    if (found.kind === "absent" || found.alias !== undefined) {
      return { policy: delegatingPolicy(ring.realm), tags: {} };
    }
    const { keyId, policy } = found.row;
    const granted = permission === undefined || asker === undefined ? [] : grantsFor(grants, keyId, permission, asker);
    const tags = store.tags(keyId).map(({ tagKey, tagValue }) => [tagKey, tagValue] as const);
    const conditions = { ...kindConditions(found.row), "kms:ResourceAliases": store.aliasesOf(keyId) };
    return {
      policy: withGrants(policy, permission?.action ?? "", granted),
      tags: Object.fromEntries(tags),
      conditions,
    };
  };
}

/** The grants of the key that allow this principal what it asks for. */
function grantsFor(
  store: GrantStore,
  keyId: string,
  permission: Permission,
  asker: Principal,
): { grantId: string; to: string }[] {
  const names = granteeNames(asker);
  const covering = store.toAnyOf(keyId, names).filter((grant) => grantCovers(grant, permission));
  const granted = covering.map(({ grantId, grantee }) => ({ grantId, to: allowedName(asker, grantee) }));
  const retired = permission.action === "kms:RetireGrant" ? permission.context?.[grantIdKey] : undefined;
  const own = typeof retired === "string" ? store.get(retired) : undefined;
  if (own?.keyId !== keyId || own.retiring === null || !names.includes(own.retiring)) return granted;
  const isGrantee = granted.some(({ grantId }) => grantId === own.grantId);
  return isGrantee ? granted : [...granted, { grantId: own.grantId, to: allowedName(asker, own.retiring) }];
}

/**
 * The principal of the statement that a grant adds for this asker: of a session its role, so that its policies cap
 * the grant. The grant is the session's all the same, since nobody else is ever shown the statement.
 */
function allowedName(asker: Principal, named: string): string {
  if (asker.kind !== "role-session") return named;
  return named === asker.arn || named === asker.userId ? roleIdOf(asker) : named;
}
