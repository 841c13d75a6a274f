import { text } from "@strongroom/wire";
import type { ServerCall } from "../../operation.ts";

/** A policy document; its size and its grammar are checked where it is stored. */
export const policyText = text({ min: 1, max: 131_072 });

/** A key has one policy, and this is its name. */
export const policyName = "default";

/**
 * AWS's safety check: a policy is refused that would not let its author change it again, unless the
 * author says that this is meant. The decision is made with the new policy in force.
 */
export function lockOutCheck(call: ServerCall, bypass: boolean | undefined): ((keyArn: string) => boolean) | undefined {
  if (bypass === true) return undefined;
  return (resource) => call.authority.decide({ action: "kms:PutKeyPolicy", resource }).allowed;
}
