import { TooManyTagsException } from "@aws-sdk/client-cloudwatch-logs";
import { text } from "@strongroom/wire";
import { logTagsMax } from "../../../compute/index.ts";
import { reservedTagKey } from "../../reserved-tag-key.ts";
import { groupArn, groupResource } from "../log-members.ts";
import { invalidParameter } from "../logs-error.ts";

export const resourceArn = text({ min: 1, max: 1011 });
export const tagKey = text({ min: 1, max: 128 });
export const tagValue = text({ max: 256, pattern: /[\s\S]*/ });

interface Realm {
  readonly region: string;
  readonly accountId: string;
}

/** The group that an ARN names, with or without `:*` at its end. Throws InvalidParameterException for others. */
export function groupNamed(realm: Realm, arn: string): string {
  const prefix = groupArn(realm, "");
  if (arn.startsWith(prefix)) return arn.slice(prefix.length).replace(/:\*$/, "");
  throw invalidParameter(`${arn} is not the ARN of a log group`);
}

export const taggedResource = (realm: Realm, arn: string): string => groupResource(realm, groupNamed(realm, arn));

/** The condition keys of the tags that a request brings. */
export function tagContext(tags: Readonly<Record<string, string>>): Record<string, string | readonly string[]> {
  const requested = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  return { "aws:TagKeys": Object.keys(tags), ...Object.fromEntries(requested) };
}

export function tooManyTags(resourceName: string): TooManyTagsException {
  const message = `A log group has at most ${logTagsMax} tags.`;
  return new TooManyTagsException({ message, resourceName, $metadata: {} });
}

/** Keys that begin with aws: are AWS's own. */
export function demandOwnKeys(keys: readonly string[]): void {
  const reserved = reservedTagKey(keys);
  if (reserved !== undefined) throw invalidParameter(`The tag key ${reserved} is reserved`);
}
