import { integer, list, text } from "@strongroom/wire";
import { sessionSecondsMax, sessionSecondsMin, type SessionTag } from "../../access/index.ts";

/** Limits of the members that STS's operations share, from its API reference. */
export const roleArn = text({ min: 20, max: 2048 });
export const sessionName = text({ min: 2, max: 64, pattern: /[\w+=,.@-]+/ });
/** A session policy's own bound in characters is a packed size, which has an error of its own. */
export const policy = text({ min: 1, max: 2048 });
const policyDescriptor = { arn: text({ min: 20, max: 2048 }) };
export const policyArns = list<typeof policyDescriptor>(policyDescriptor, { max: 10 });
export const roleSessionSeconds = integer({ min: sessionSecondsMin, max: 43_200 });
export const userSessionSeconds = integer({ min: sessionSecondsMin, max: sessionSecondsMax });
export const sourceIdentity = text({ min: 2, max: 64, pattern: /[\w+=,.@-]+/ });
const tagKey = text({ min: 1, max: 128, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u });
const tag = { Key: tagKey, Value: text({ max: 256, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u }) };
export const tags = list<typeof tag>(tag, { max: 50 });
export const transitiveTagKeys = list<typeof tagKey>(tagKey, { max: 50 });
export const serialNumber = text({ min: 9, max: 256, pattern: /[\w+=/:,.@-]+/ });
export const tokenCode = text({ min: 6, max: 6, pattern: /\d+/ });

interface ScopeInput {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly { readonly arn?: string }[] | undefined;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

/** What a session is to be begun with, in the domain's words. */
export function scopeOf({ Policy, PolicyArns = [], Tags = [] }: ScopeInput) {
  return {
    policy: Policy,
    policyArns: PolicyArns.flatMap(({ arn }) => arn ?? []),
    tags: sessionTagsOf(Tags),
  };
}

export function sessionTagsOf(tags: ScopeInput["Tags"] = []): readonly SessionTag[] {
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value }));
}
