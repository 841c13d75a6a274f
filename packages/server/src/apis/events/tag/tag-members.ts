import { text } from "@strongroom/wire";
import { ruleNameOf, type Tags } from "../../../detection/index.ts";
import { validationError } from "../events-error.ts";

export const tagKey = text({ min: 1, max: 128 });
export const tagMembers = { Key: tagKey, Value: text({ max: 256 }) };
export const resourceArn = text({ min: 1, max: 1600 });

interface WireTag {
  readonly Key: string;
  readonly Value: string;
}

export function tagsOf(tags: readonly WireTag[]): Tags {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw validationError("A tag key is given twice.");
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** The condition keys of the tags that a request brings. */
export function requestTags(tags: readonly WireTag[] | undefined): Record<string, string | readonly string[]> {
  if (tags === undefined || tags.length === 0) return {};
  const values = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const);
  return { ...Object.fromEntries(values), "aws:TagKeys": tags.map(({ Key }) => Key) };
}

/** The rule of an ARN; nothing else here has tags. */
export function taggedRule(realm: { readonly region: string; readonly accountId: string }, arn: string): string {
  const name = ruleNameOf(realm, arn);
  if (name === undefined) throw validationError(`${arn} is not the ARN of a rule of this account.`);
  return name;
}
