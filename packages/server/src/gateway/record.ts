import { AwsError, redacted } from "@strongroom/wire";
import { authorizationRecord, denialRecords, type DecisionLog } from "../access/index.ts";
import type { TrailEvent } from "../audit/index.ts";
import { uuid } from "../platform/index.ts";
import type { Arrival, Gate } from "./gate.ts";
import { keyResource, keyUseEvent } from "./key-uses.ts";
import type { Trace } from "./trace.ts";
import { identityOf, provenIdentity } from "./user-identity.ts";

/** How a request ended: with an output, or with an error. */
export type Outcome = { readonly output: object } | { readonly error: unknown };

/** ⑤ what is about to change is on the disk before it changes. */
export async function recordIntent(gate: Gate, arrival: Arrival, trace: Trace): Promise<void> {
  await gate.trail.record({ ...eventOf(gate, arrival, trace), phase: "intent" });
}

export async function recordOutcome(gate: Gate, arrival: Arrival, trace: Trace, outcome: Outcome): Promise<void> {
  const event: TrailEvent = {
    ...eventOf(gate, arrival, trace),
    ...resultOf(trace, outcome),
    ...resourcesOf(gate, trace),
    ...decidedOf(trace.decisions),
    phase: "outcome",
  };
  // ⑤ what services did with keys for the request is on the disk before the answer, by the same trip.
  await gate.trail.record(...usesOf(gate, trace, event), event);
}

function usesOf(gate: Gate, trace: Trace, { eventSource, requestID }: TrailEvent): readonly TrailEvent[] {
  const uses = trace.decisions.end();
  const { accessKeyId } = trace;
  const cause = { eventSource, requestID, accessKeyId };
  return uses.map(([use, authority]) => keyUseEvent(gate.place, use, authority, cause));
}

/** The keys that a request to KMS was decided on, under whichever name it asked for them. */
function resourcesOf(gate: Gate, { service, decisions }: Trace): Partial<TrailEvent> {
  if (service?.name !== "kms") return {};
  const arns = decisions.kept.map(({ permission }) => permission.resource).filter((arn) => arn.includes(":key/"));
  if (arns.length === 0) return {};
  return { resources: [...new Set(arns)].map((arn) => keyResource(arn, gate.place.accountId)) };
}

/** ② what was decided, and for every denial how; read by `strongroom explain`. */
export function decidedOf(decisions: DecisionLog): Partial<TrailEvent> {
  const authorization = authorizationRecord(decisions);
  if (authorization === undefined) return {};
  const denials = decisions.lastDenied === undefined ? {} : { denials: denialRecords(decisions) };
  return { additionalEventData: { authorization }, ...denials };
}

function resultOf({ operation }: Trace, outcome: Outcome): Partial<TrailEvent> {
  if ("error" in outcome) return errorOf(outcome.error);
  // As in AWS, what a read returns is not written down.
  if (operation?.mutates !== true) return {};
  return { responseElements: redacted(operation.schema.output, outcome.output) };
}

function errorOf(error: unknown): Partial<TrailEvent> {
  if (error instanceof AwsError) return { errorCode: error.code, errorMessage: error.message };
  if (error instanceof Error && "$fault" in error) return { errorCode: error.name, errorMessage: error.message };
  return { errorCode: "InternalFailure" };
}

function eventOf(gate: Gate, arrival: Arrival, trace: Trace): Omit<TrailEvent, "phase"> {
  const { operation, input, service } = trace;
  const { origin } = arrival;
  return {
    eventTime: gate.place.clock.now().toISOString(),
    eventSource: `${service?.signingName ?? "unknown"}.amazonaws.com`,
    eventName: trace.operationName ?? "Unknown",
    userIdentity: identityOf(provenIdentity(trace.principal, trace.decisions), trace.accessKeyId),
    sourceIPAddress: origin.kind === "host" ? origin.sourceIp : origin.vpcSourceIp,
    userAgent: arrival.head.headers.find(([name]) => name === "user-agent")?.[1],
    requestID: trace.requestId,
    eventID: uuid(),
    requestParameters:
      operation === undefined || input === undefined ? undefined : redacted(operation.schema.input, input),
    readOnly: operation?.mutates !== true,
    ...(origin.kind === "vpc" ? { vpcEndpointId: origin.vpceId } : {}),
    awsRegion: gate.place.region,
    recipientAccountId: gate.place.accountId,
  };
}
