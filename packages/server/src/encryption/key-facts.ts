import { delegatingPolicy } from "./key-policy.ts";
import type { KeyRing } from "./key-ring.ts";
import type { KeyStore } from "./key-store.ts";

/** What access decides with when the resource is a key. */
export interface KeyFacts {
  /** The key's policy, as JSON text. */
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The policy and the tags of what a KMS ARN names. An alias and a key that does not exist have the
 * policy that leaves it to IAM: only who has an allow there learns that there is no such key.
 */
export function keyFactsFor(ring: KeyRing, store: KeyStore): (arn: string) => KeyFacts | undefined {
  return (arn) => {
    if (!arn.startsWith("arn:aws:kms:")) return undefined;
    const found = ring.find(arn);
    if (found.kind === "absent" || found.alias !== undefined) {
      return { policy: delegatingPolicy(ring.realm), tags: {} };
    }
    const tags = store.tags(found.row.keyId).map(({ tagKey, tagValue }) => [tagKey, tagValue] as const);
    return { policy: found.row.policy, tags: Object.fromEntries(tags) };
  };
}
