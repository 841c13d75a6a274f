/**
 * Policy and request in, decision and explanation out.
 *
 * Promise: AWS's evaluation of identity, resource, boundary, session, organisation and VPC endpoint
 * policies, with the statement that decided, and on demand every step of the way there. Invariants: an
 * explicit deny always wins; what cannot be told (a faulty element, several values under an operator for
 * one, a negated variable without a value) counts for a Deny and against an Allow; a decision takes time
 * bounded by pattern × text.
 * It must not read files, clocks or networks, nor know any service: all facts stand in the request.
 */
export { checkPolicy, compilePolicy } from "./compile-policy.ts";
export type { Compiled } from "./compile-policy.ts";
export { faultText } from "./policy-fault.ts";
export type { PolicyFault } from "./policy-fault.ts";
export { decide } from "./decide.ts";
export type { NamedPolicy, NearMiss, PolicyKind, PolicySet, StatementName, Verdict } from "./decide.ts";
export { explain } from "./explain.ts";
export type { Explanation } from "./explain.ts";
export { matchesGlob } from "./glob.ts";
export { operatorSpellings } from "./operators.ts";
export { contextKeysOf, emptyPolicy } from "./policy.ts";
export type { Policy, PolicyUse } from "./policy.ts";
export { principalTexts, withPrincipals } from "./principal-texts.ts";
export { contextOf } from "./request.ts";
export type { AccessRequest, ContextLookup, Requester } from "./request.ts";
export { splitArn } from "./arn-pattern.ts";
export { statementPlaces } from "./statement-places.ts";
export type { Place, StatementPlace } from "./statement-places.ts";
export type { ConditionTrace, StatementTrace } from "./statement.ts";
export { trace } from "./trace.ts";
export type { DecisionTrace, PolicyTrace, TraceStep } from "./trace.ts";
