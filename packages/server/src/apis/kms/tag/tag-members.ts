import { text } from "@strongroom/wire";
import type { TagRow } from "../../../encryption/index.ts";
import { reservedTagKey } from "../../reserved-tag-key.ts";
import { tagError } from "../kms-error.ts";

export const tagKeyText = text({ min: 1, max: 128 });
export const tagMembers = { TagKey: tagKeyText, TagValue: text({ max: 256 }) };

interface WireTag {
  readonly TagKey: string;
  readonly TagValue: string;
}

/** What AWS lets stand in the keys and the values of tags. */
const tagCharacters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Throws TagException for a reserved key, a key that stands twice, and characters that no tag may have. */
export function tagRows(tags: readonly WireTag[] | undefined): TagRow[] {
  const keys = (tags ?? []).map(({ TagKey }) => TagKey);
  const reserved = reservedTagKey(keys);
  if (reserved !== undefined) throw tagError(`The tag key ${reserved} is reserved: it begins with aws:.`);
  const twice = keys.find((key, at) => keys.indexOf(key) < at);
  if (twice !== undefined) throw tagError(`The tag key ${twice} stands twice in the request.`);
  const fits = (tag: WireTag) => tagCharacters.test(tag.TagKey) && tagCharacters.test(tag.TagValue);
  const unfit = tags?.find((tag) => !fits(tag));
  if (unfit !== undefined) throw tagError(`The tag ${unfit.TagKey} has characters that tags may not have.`);
  return (tags ?? []).map(({ TagKey, TagValue }) => ({ tagKey: TagKey, tagValue: TagValue }));
}

/** The condition keys of the tags that a request brings. */
export function requestTags(tags: readonly WireTag[] | undefined): Record<string, string | readonly string[]> {
  if (tags === undefined || tags.length === 0) return {};
  const values = tags.map(({ TagKey, TagValue }) => [`aws:RequestTag/${TagKey}`, TagValue] as const);
  return { ...Object.fromEntries(values), "aws:TagKeys": tags.map(({ TagKey }) => TagKey) };
}
