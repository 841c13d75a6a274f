import type { Permission, Principal } from "./authority.ts";
import type { SessionTag } from "./session-tags.ts";

export interface AssumeRoleFacts {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly tags?: readonly SessionTag[] | undefined;
  readonly transitiveTagKeys?: readonly string[] | undefined;
  readonly sourceIdentity?: string | undefined;
}

/**
 * What a caller must be allowed before a role is assumed. Tags and a source identity are permissions of
 * their own, by the trust policy too, also where they are inherited from the session that calls.
 */
export function assumeRolePermissions(facts: AssumeRoleFacts, caller: Principal): readonly Permission[] {
  const { roleArn: resource, tags = [] } = facts;
  const inherited = caller.kind === "role-session" ? caller : undefined;
  const sourceIdentity = facts.sourceIdentity ?? inherited?.sourceIdentity;
  const hasTags = tags.length > 0 || (inherited?.transitiveTagKeys.length ?? 0) > 0;
  const context = contextOf({ ...facts, sourceIdentity });
  const assume = caller.kind === "web-identity" ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole";
  return [
    { action: assume, resource, context },
    ...(hasTags ? [{ action: "sts:TagSession", resource, context }] : []),
    ...(sourceIdentity === undefined ? [] : [{ action: "sts:SetSourceIdentity", resource, context }]),
  ];
}

/** `aws:RequestTag` and `aws:TagKeys` of a request for a session. */
export function tagKeys(tags: readonly SessionTag[]): NonNullable<Permission["context"]> {
  return {
    ...Object.fromEntries(tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value])),
    "aws:TagKeys": tags.map(({ key }) => key),
  };
}

function contextOf(facts: AssumeRoleFacts): NonNullable<Permission["context"]> {
  const { sessionName, externalId, durationSeconds, tags = [], transitiveTagKeys = [], sourceIdentity } = facts;
  return {
    "sts:RoleSessionName": sessionName,
    ...(externalId === undefined ? {} : { "sts:ExternalId": externalId }),
    ...(durationSeconds === undefined ? {} : { "sts:DurationSeconds": String(durationSeconds) }),
    ...(sourceIdentity === undefined ? {} : { "sts:SourceIdentity": sourceIdentity }),
    "sts:TransitiveTagKeys": transitiveTagKeys,
    ...tagKeys(tags),
  };
}
