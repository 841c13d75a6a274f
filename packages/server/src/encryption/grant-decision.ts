import type { Permission, Principal } from "../access/index.ts";
import type { Grant, GrantConstraints } from "./grant-store.ts";

/** Names under which condition keys tell the pairs of an encryption context. */
export const contextPairPrefix = "kms:EncryptionContext:";

/** Which grant a request is about. AWS has no condition key for it; it says whose retiring is asked for. */
export const grantIdKey = "kms:GrantId";

/** What a grant's constraints are held against; they do not count for the others. */
const constrained = new Set([
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
]);

/**
 * What grants may have stored for a principal: its unique id and its role's; their ARNs in grants that were made
 * before ids were kept.
 */
export function granteeNames(principal: Principal): readonly string[] {
  if (principal.accountId === "") return [];
  return [principal.arn, ...idsOf(principal), `arn:aws:iam::${principal.accountId}:root`];
}

function idsOf(principal: Principal): readonly string[] {
  switch (principal.kind) {
    case "user":
      return [principal.userId];
    case "role-session":
      return [principal.userId, principal.roleArn, roleIdOf(principal)];
    case "root":
    case "federated-user":
    case "web-identity":
    case "anonymous":
      return [];
  }
}

/** Of a session of a role, whose id is `<role id>:<session name>`. */
export function roleIdOf({ userId }: { readonly userId: string }): string {
  return userId.slice(0, userId.indexOf(":"));
}

/** Does the grant allow what is asked for, by its operations and constraints? */
export function grantCovers(grant: Grant, { action, context = {} }: Permission): boolean {
  const operation = action.slice("kms:".length);
  if (!grant.operations.includes(operation)) return false;
  // A grant may be retired by its grantee, where it says so; no other grant may.
  if (operation === "RetireGrant") return context[grantIdKey] === grant.grantId;
  if (operation === "CreateGrant") return isNoWider(grant, context);
  return !constrained.has(operation) || holds(grant.constraints, pairsOf(context));
}

function holds({ equals, subset = {} }: GrantConstraints, pairs: ReadonlyMap<string, string>): boolean {
  return includes(pairs, subset) && (equals === undefined || isSame(pairs, equals));
}

/** ② whoever may grant by a grant alone grants nothing beyond it: no other operation, no looser constraint. */
function isNoWider({ operations, constraints }: Grant, context: NonNullable<Permission["context"]>): boolean {
  const asked = listOf(context["kms:GrantOperations"]);
  if (asked.length === 0 || !asked.every((operation) => operations.includes(operation))) return false;
  const { equals, subset = {} } = constraints;
  const pairs = pairsOf(context);
  const isEqual = listOf(context["kms:GrantConstraintType"]).includes("EncryptionContextEquals");
  return includes(pairs, subset) && (equals === undefined || (isEqual && isSame(pairs, equals)));
}

function includes(pairs: ReadonlyMap<string, string>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => pairs.get(name) === value);
}

function isSame(pairs: ReadonlyMap<string, string>, wanted: Readonly<Record<string, string>>): boolean {
  return pairs.size === Object.keys(wanted).length && includes(pairs, wanted);
}

function pairsOf(context: NonNullable<Permission["context"]>): ReadonlyMap<string, string> {
  const pairs = Object.entries(context).filter(([key]) => key.startsWith(contextPairPrefix));
  return new Map(pairs.map(([key, value]) => [key.slice(contextPairPrefix.length), listOf(value)[0] ?? ""]));
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

/**
 * The key's policy with what grants add to it: an allow for the one action, to the one principal. A deny
 * in the policy, or anywhere else, stands above them, as it does in AWS.
 */
export function withGrants(
  policy: string,
  action: string,
  granted: readonly { grantId: string; to: string }[],
): string {
  if (granted.length === 0) return policy;
  const document = JSON.parse(policy) as { Statement: object | readonly object[] };
  const own = Array.isArray(document.Statement) ? (document.Statement as object[]) : [document.Statement];
  const added = granted.map(({ grantId, to }) => ({
    Sid: `Grant ${grantId}`,
    Effect: "Allow",
    Principal: { AWS: to },
    Action: action,
    Resource: "*",
  }));
  return JSON.stringify({ ...document, Statement: [...own, ...added] });
}
