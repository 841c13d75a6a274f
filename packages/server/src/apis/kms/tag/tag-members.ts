import { text } from "@strongroom/wire";
import type { TagRow } from "../../../encryption/index.ts";

export const tagKeyText = text({ min: 1, max: 128 });
export const tagMembers = { TagKey: tagKeyText, TagValue: text({ max: 256 }) };

interface WireTag {
  readonly TagKey: string;
  readonly TagValue: string;
}

export function tagRows(tags: readonly WireTag[] | undefined): TagRow[] {
  return (tags ?? []).map(({ TagKey, TagValue }) => ({ tagKey: TagKey, tagValue: TagValue }));
}

/** The condition keys of the tags that a request brings. */
export function requestTags(tags: readonly WireTag[] | undefined): Record<string, string | readonly string[]> {
  if (tags === undefined || tags.length === 0) return {};
  const values = tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue] as const);
  return { ...Object.fromEntries(values), "aws:TagKeys": tags.map(({ TagKey }) => TagKey) };
}
