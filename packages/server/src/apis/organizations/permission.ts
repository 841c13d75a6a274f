import type { Organization, Permission } from "../../access/index.ts";

type Context = Record<string, string | readonly string[]>;

/** The ARN behind an id, whether there is such a thing or not. */
export function arnOf(organization: Organization, id: string): string {
  if (id.startsWith("p-")) return organization.policies.arnOf(id);
  const target = organization.target(id);
  if (target !== undefined) return target.arn;
  const kind = /^\d/.test(id) ? "account" : id.startsWith("ou-") ? "ou" : "root";
  return `arn:aws:organizations::${organization.account.id}:${kind}/${organization.keys.id}/${id}`;
}

/** One action on each of these things: AWS wants it for the policy and for the target. */
export function on(organization: Organization, action: string, ...ids: readonly string[]): Permission[] {
  return ids.map((id) => ({ action: `organizations:${action}`, resource: arnOf(organization, id) }));
}

/** The same for actions that concern one type of policies. */
export function onPolicies(organization: Organization, action: string, ...ids: readonly string[]): Permission[] {
  return on(organization, action, ...ids).map((permission) => ({ ...permission, context: policyTypeContext }));
}

export const policyTypeContext: Context = { "organizations:PolicyType": "SERVICE_CONTROL_POLICY" };

export function onAll(action: string): Permission[] {
  return [{ action: `organizations:${action}`, resource: "*" }];
}

interface TagInput {
  readonly Key: string;
  readonly Value: string;
}

export function tagContext(tags: readonly TagInput[] | undefined): Context {
  if (tags === undefined || tags.length === 0) return {};
  const request = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const);
  return { ...Object.fromEntries(request), "aws:TagKeys": tags.map(({ Key }) => Key) };
}
