import { keyKind } from "./key-condition.ts";
import { delegatingPolicy } from "./key-policy.ts";
import type { KeyRing } from "./key-ring.ts";
import type { KeyStore } from "./key-store.ts";

/** What access decides with when the resource is a key. */
export interface KeyFacts {
  /** The key's policy, as JSON text. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  /** `kms:ResourceAliases`, and what kind of key it is. */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * The policy, the tags and the condition keys of what a KMS ARN names. An alias and a key that does not
 * exist have the policy that leaves it to IAM: only who has an allow there learns that there is no such key.
 */
export function keyFactsFor(ring: KeyRing, store: KeyStore): (arn: string) => KeyFacts | undefined {
  return (arn) => {
    if (!arn.startsWith("arn:aws:kms:")) return undefined;
    const found = ring.find(arn);
    if (found.kind === "absent" || found.alias !== undefined) {
      return { policy: delegatingPolicy(ring.realm), tags: {} };
    }
    const { keyId, policy } = found.row;
    const tags = store.tags(keyId).map(({ tagKey, tagValue }) => [tagKey, tagValue] as const);
    const conditions = { ...keyKind, "kms:ResourceAliases": store.aliasesOf(keyId) };
    return { policy, tags: Object.fromEntries(tags), conditions };
  };
}
