import { tagsWithout } from "./identity-details.ts";
import type { Tags } from "./identity.ts";
import { sessionRefused, type SessionRefusal } from "./session-refusal.ts";

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

/** Tags that go along from session to session, and under which keys. */
export interface TransitiveTags {
  readonly tags: Tags;
  readonly transitiveTagKeys: readonly string[];
}

const sessionTagsMax = 50;

/** Tags with further ones above them: of keys that differ only in capitals, the one above counts. */
export function tagsOver(below: Tags, above: Tags): Tags {
  const keys = Object.keys(above);
  return keys.length === 0 ? below : { ...tagsWithout(below, keys), ...above };
}

/**
 * The tags of a new session: those that it inherits, and those that were asked for.
 * ② an inherited tag stays what it is, whoever takes on the next role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
export function sessionTags(
  asked: readonly SessionTag[],
  transitiveTagKeys: readonly string[],
  inherited: TransitiveTags,
): TransitiveTags | SessionRefusal {
  const fault = faultOf(asked, transitiveTagKeys, inherited);
  if (fault !== undefined) return sessionRefused("invalid", fault);
  const tags = { ...inherited.tags, ...Object.fromEntries(asked.map(({ key, value }) => [key, value])) };
  return { tags, transitiveTagKeys: [...inherited.transitiveTagKeys, ...transitiveTagKeys] };
}

function faultOf(asked: readonly SessionTag[], transitive: readonly string[], inherited: TransitiveTags) {
  const keys = new Set(asked.map(({ key }) => key.toLowerCase()));
  if (keys.size < asked.length) {
    return "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
  }
  if ([...keys].some((key) => key.startsWith("aws:"))) return "Tag keys that begin with aws: are reserved.";
  if (inherited.transitiveTagKeys.some((key) => keys.has(key.toLowerCase()))) {
    return "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
  }
  if (transitive.some((key) => !keys.has(key.toLowerCase()))) {
    return "The specified transitive tag key must be included in the requested tags.";
  }
  if (keys.size + inherited.transitiveTagKeys.length > sessionTagsMax) {
    return `A session has at most ${sessionTagsMax} tags, those of the calling session included.`;
  }
  return undefined;
}
