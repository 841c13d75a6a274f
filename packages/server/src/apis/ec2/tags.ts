import type { TagSpecification } from "@aws-sdk/client-ec2";
import { given, list, type Members, text } from "@strongroom/wire";
import type { ResourceType } from "./arn.ts";
import { invalidParameter } from "./outcome.ts";

const tagsMax = 50;

export const tagMembers = { Key: text({ min: 1, max: 127 }), Value: text({ max: 255 }) };

/** The members of TagSpecifications. */
export const tagSpecifications = list<Members<TagSpecification>>(
  {
    ResourceType: given,
    Tags: list(tagMembers, { max: tagsMax }),
  },
  { max: 1 },
);

interface Specification {
  readonly ResourceType?: string;
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
}

/** The tags that a new resource of this type is to have. */
export function newTags(
  specifications: readonly Specification[] | undefined,
  type: ResourceType,
): Record<string, string> {
  return givenTags(
    (specifications ?? []).flatMap(({ ResourceType, Tags = [] }) => {
      if (ResourceType === type) return Tags;
      throw invalidParameter(`'${ResourceType ?? ""}' is not a valid taggable resource type for this operation.`);
    }),
  );
}

/** Throws for reserved keys, and for a key that stands twice. */
export function givenTags(
  given: readonly { readonly Key?: string; readonly Value?: string }[],
): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const { Key, Value } of given) {
    if (Key === undefined || Key.startsWith("aws:"))
      throw invalidParameter("Tag keys starting with 'aws:' are reserved");
    if (Object.hasOwn(tags, Key)) throw invalidParameter(`Duplicate tag key '${Key}' specified.`);
    tags[Key] = Value ?? "";
  }
  return tags;
}

export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
