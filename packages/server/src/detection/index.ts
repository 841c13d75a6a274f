/**
 * Detective control: rules on audit events, and what they do.
 *
 * Promise: every recorded outcome of a call that changes something, a failed one too, is compared with
 * the enabled rules at once; what a rule does it does as its own role, on the same road as any caller,
 * and the trail says which rule and which event made it act.
 * Invariants: whoever made the call does not wait for rules; what was recorded and not yet handled when
 * the server ended is handled after the next start; a chain of actions has an end and never
 * comes back to a rule that is in it; attempts are bounded. Actions may be done twice and must bear it.
 * It must not: decide permissions, know what an operation does, or hold a caller up.
 */
import type { Migration } from "../platform/index.ts";
import { deliveryMigrations } from "./delivery-store.ts";
import { ruleMigrations } from "./rule-store.ts";

export const detectionMigrations: readonly Migration[] = [...ruleMigrations, ...deliveryMigrations];

export { openDetection } from "./detection.ts";
export type { Detection } from "./detection.ts";
export type { ActionOutcome, Perform, RuleAction } from "./action.ts";
export { eventsService, ruleArn, ruleNameOf } from "./rule.ts";
export type { PutRule, Refusal, Rule, RulePage, Tags, Target } from "./rule.ts";
export { eventFault } from "./bus-event.ts";
export type { Rules } from "./rules.ts";
