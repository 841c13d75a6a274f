/**
 * Event pattern and event in, match or no match out: EventBridge's pattern language.
 *
 * Promise: every comparison that EventBridge documents, with fields as AND, values as OR, and `$or`;
 * what is not a pattern is refused with the reason, the path and the position of the fault.
 * Invariants: matching takes time bounded by pattern × event, whatever the pattern; two fields of one
 * array of objects match in one element or not at all; nothing of the event is changed or kept.
 * It must not read files, clocks or networks, nor know what an event is about.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export { patternFaultText, readPattern } from "./read-pattern.ts";
export type { PatternFault } from "./pattern-fault.ts";
export { matchesPattern } from "./match-event.ts";
export type { EventPattern } from "./event-pattern.ts";
export { valuesNamedFor } from "./named-values.ts";
