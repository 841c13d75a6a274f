import type { Tags } from "./identity.ts";
import type { Policies } from "./policies.ts";
import { refused, type Refusal } from "./refusal.ts";

const tagsMax = 50;

/** `tags` over what is there. Keys that differ only in capitals are one key, as in condition keys. */
export function mergedTags(present: Tags, tags: Tags): { readonly tags: Tags } | Refusal {
  const merged = { ...tagsWithout(present, Object.keys(tags)), ...tags };
  const folded = new Set(Object.keys(merged).map((key) => key.toLowerCase()));
  if (folded.size < Object.keys(merged).length) {
    return refused("invalid", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  if (folded.size > tagsMax) return refused("limit-exceeded", `Cannot exceed quota for TagsPerResource: ${tagsMax}`);
  return { tags: merged };
}

export function tagsWithout(tags: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())));
}

export function boundaryFault(policies: Policies, arn: string | undefined): Refusal | undefined {
  if (arn === undefined || policies.find(arn) !== undefined) return undefined;
  return refused("not-found", `Scope ARN: ${arn} does not exist or is not attachable.`);
}
