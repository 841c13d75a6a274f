/**
 * The gateway: the one way from a socket to a handler.
 *
 * Promise: nothing runs before its signature was verified and its permissions were given, nothing is
 * answered before it is recorded, and what cannot be recorded is not answered.
 * Invariants: the origin of a request is that of its socket; a VPC endpoint carries its own service.
 * It must not: know what an operation does, or hold a special case for one.
 */
export type { Arrival, EndpointCarries, Gate, Place } from "./gate.ts";
export { answer } from "./answer.ts";
export { noteKeyDeeds, noteKeyUses } from "./key-uses.ts";
export { actsForRules } from "./rule-action.ts";
export { tlsListener } from "./listener.ts";
export type { ListenerSettings } from "./listener.ts";
export { UnverifiedBodies } from "./unverified-bodies.ts";
export { sealedAnswer } from "./sealed-answer.ts";
