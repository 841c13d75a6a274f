import { AwsError, redacted, type HttpAnswer } from "@strongroom/wire";
import { authorizationRecord, denialRecords, type DecisionLog } from "../access/index.ts";
import type { TrailEvent } from "../audit/index.ts";
import { uuid } from "../platform/index.ts";
import type { Arrival, Gate } from "./gate.ts";
import { keyResource, keyUseEvent } from "./key-uses.ts";
import type { Trace } from "./trace.ts";
import { identityOf, provenIdentity } from "./user-identity.ts";

/** How a request ended: with an output, or with an error; `answer` is what leaves. */
export type Outcome = { readonly answer: HttpAnswer } & ({ readonly output: object } | { readonly error: unknown });

/** ⑤ what is about to change is on the disk before it changes. */
export async function recordIntent(gate: Gate, arrival: Arrival, trace: Trace): Promise<void> {
  await gate.trail.record({ ...eventOf(gate, arrival, trace), phase: "intent" });
}

export async function recordOutcome(gate: Gate, arrival: Arrival, trace: Trace, outcome: Outcome): Promise<void> {
  const base = eventOf(gate, arrival, trace);
  const { additionalEventData, ...decided } = decidedOf(trace.decisions);
  const additional = {
    ...additionalEventData,
    ...(base.category === undefined ? {} : transferOf(arrival, trace, outcome.answer)),
  };
  const event: TrailEvent = {
    ...base,
    ...resultOf(trace, outcome),
    ...resourcesOf(gate, trace),
    ...decided,
    ...(Object.keys(additional).length === 0 ? {} : { additionalEventData: additional }),
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

/** ⑤ what went in and out, as far as heads tell it: an answer's body leaves when this is written. */
function transferOf({ head }: Arrival, { signature }: Trace, answer: HttpAnswer): Readonly<Record<string, unknown>> {
  const sent = numberIn(head.headers, "x-amz-decoded-content-length") ?? numberIn(head.headers, "content-length");
  const { body } = answer;
  const inMemory = body instanceof Uint8Array ? body.byteLength : 0;
  const answered = numberIn(answer.headers, "content-length") ?? inMemory;
  return {
    ...(signature === undefined ? {} : { SignatureVersion: "SigV4", AuthenticationMethod: methods[signature.form] }),
    bytesTransferredIn: sent ?? 0,
    bytesTransferredOut: head.method === "HEAD" ? 0 : answered,
  };
}

const methods = { "REST-HEADER": "AuthHeader", "REST-QUERY-STRING": "QueryString", POST: "HtmlForm" } as const;

function numberIn(headers: HttpAnswer["headers"] | Arrival["head"]["headers"], wanted: string): number | undefined {
  const text = headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text);
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
  const about =
    operation === undefined || input === undefined
      ? undefined
      : service?.recordedAs?.(operation.name, input, gate.place.accountId);
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
    ...(about === undefined || about.resources.length === 0 ? {} : { resources: about.resources }),
    ...(about?.isData === true ? { category: "Data" as const } : {}),
    ...(origin.kind === "vpc" ? { vpcEndpointId: origin.vpceId } : {}),
    awsRegion: gate.place.region,
    recipientAccountId: gate.place.accountId,
  };
}
