import { textOfHeader } from "@strongroom/wire";
import type { Permission } from "../../access/index.ts";
import type { Tags } from "../../artifacts/index.ts";
import { s3Error } from "./s3-error.ts";

const objectTagsMax = 10;
export const bucketTagsMax = 50;

/** Source: "Using tags with S3 buckets and objects", Amazon S3 user guide. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The tags of a tag set: keys at most once. */
export function readTagSet(
  tagSet: readonly { readonly Key: string; readonly Value: string }[],
  tagsMax = objectTagsMax,
): Tags {
  if (tagSet.length > tagsMax) throw s3Error("InvalidTag", `Object tags cannot be greater than ${tagsMax}`);
  const tags: Record<string, string> = {};
  for (const { Key: name, Value: value } of tagSet) {
    if (Object.hasOwn(tags, name)) throw s3Error("InvalidTag", "Cannot provide multiple Tags with the same key");
    if (!tagText.test(name) || !tagText.test(value) || name === "" || name.length > 128 || value.length > 256) {
      throw s3Error("InvalidTag", "The TagKey or TagValue you have provided is invalid");
    }
    if (/^aws:/i.test(name)) throw s3Error("InvalidTag", "System tags cannot be added/updated by requester");
    Object.defineProperty(tags, name, { value, enumerable: true });
  }
  return tags;
}

/** The tags of the x-amz-tagging header: a URL query. */
export function readTagHeader(header: string): Tags {
  return readTagSet([...new URLSearchParams(textOfHeader(header))].map(([Key, Value]) => ({ Key, Value })));
}

/** In order of their keys, however they were sent. */
export function tagSetOf(tags: Tags): { Key: string; Value: string }[] {
  const names = Object.keys(tags).sort();
  return names.map((Key) => ({ Key, Value: tags[Key] ?? "" }));
}

/** The tags that a request asks to set, as the condition keys of the actions that set them. */
export function tagConditions(tags: Tags | undefined): Readonly<Record<string, string | readonly string[]>> {
  if (tags === undefined) return {};
  const named = Object.entries(tags).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value] as const);
  return { ...Object.fromEntries(named), "s3:RequestObjectTagKeys": Object.keys(tags) };
}

/** A write's permission, and that to tag where the write brings tags; policies see the tags with both. */
export function withTagPermission(put: Permission, tags: Tags | undefined): Permission[] {
  if (tags === undefined) return [put];
  const conditions = tagConditions(tags);
  return [
    { ...put, context: { ...put.context, ...conditions } },
    { action: "s3:PutObjectTagging", resource: put.resource, context: conditions },
  ];
}
