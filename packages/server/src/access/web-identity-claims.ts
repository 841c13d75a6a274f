import type { JWTPayload } from "jose";
import type { SessionTag } from "./session-tags.ts";

/** What an identity token says about the session that it is exchanged for. */
export interface SessionClaims {
  readonly tags: readonly SessionTag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
}

const tagsClaim = "https://aws.amazon.com/tags";
const sourceIdentityClaim = "https://aws.amazon.com/source_identity";
const tagForm = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const sourceIdentityForm = /^[\w+=,.@-]{2,64}$/;

/**
 * Session tags and source identity out of the claims that AWS names for them, tags in their nested or their
 * flattened form; a sentence where they are not in that form.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 */
export function sessionClaims(payload: JWTPayload): SessionClaims | string {
  const nested = recordOf(payload[tagsClaim]) ?? {};
  const principalTags = recordOf(nested["principal_tags"]) ?? flattened(payload);
  const tags = Object.entries(principalTags).map(([key, value]) => tagOf(key, value));
  const transitive = nested["transitive_tag_keys"] ?? payload[`${tagsClaim}/transitive_tag_keys`] ?? [];
  const sourceIdentity = payload[sourceIdentityClaim];
  if (!tags.every((tag) => tag !== undefined) || !isTexts(transitive)) {
    return `The claim ${tagsClaim} is not of the form {"principal_tags": {"key": ["value"]}, "transitive_tag_keys": ["key"]}.`;
  }
  if (sourceIdentity !== undefined && !isSourceIdentity(sourceIdentity)) {
    return `The claim ${sourceIdentityClaim} is not a source identity.`;
  }
  return { tags, transitiveTagKeys: transitive, sourceIdentity };
}

function flattened(payload: JWTPayload): Readonly<Record<string, unknown>> {
  const prefix = `${tagsClaim}/principal_tags/`;
  const claims = Object.entries(payload).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(claims.map(([name, value]) => [name.slice(prefix.length), value]));
}

function tagOf(key: string, value: unknown): SessionTag | undefined {
  const [text, ...more] = Array.isArray(value) ? (value as unknown[]) : [value];
  if (typeof text !== "string" || more.length > 0 || text.length > 256 || !tagForm.test(text)) return undefined;
  return key.length >= 1 && key.length <= 128 && tagForm.test(key) ? { key, value: text } : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isSourceIdentity(value: unknown): value is string {
  return typeof value === "string" && sourceIdentityForm.test(value);
}
