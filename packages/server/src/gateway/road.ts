import { AwsError, decode, encode, encodeError, type HttpAnswer } from "@strongroom/wire";
import { AccessDenied } from "../access/index.ts";
import { faultText, timedId } from "../platform/index.ts";
import { authenticate } from "./authenticate.ts";
import type { Arrival, Gate } from "./gate.ts";
import { denialMessage } from "./denial-message.ts";
import { fullDiskError } from "./full-disk.ts";
import { recordIntent, recordOutcome } from "./record.ts";
import { newTrace, type Trace } from "./trace.ts";
import type { ServerCall } from "../apis/operation.ts";

/**
 * The one road from a request to a handler and back:
 * authenticate → decode → authorize → record intent → handle → encode → record outcome.
 * ② nothing runs before it is allowed. ⑤ nothing is answered before it is recorded: a record that
 * cannot be made rejects, and the listener closes the connection without an answer.
 */
export async function travel(arrival: Arrival, gate: Gate): Promise<HttpAnswer> {
  const now = gate.place.clock.now();
  const trace = newTrace(timedId(now), now);
  try {
    const { routed, principal, body, head = arrival.head, used, answered } = await authenticate(arrival, gate, trace);
    const { operation } = routed;
    const call = callFor({ ...arrival, head }, gate, trace, principal);
    const input = decode(routed, head, body);
    trace.input = input;
    for (const permission of await operation.permissions(input, call)) call.authority.demand(permission);
    if (operation.mutates) await recordIntent(gate, arrival, trace);
    const output = await operation.handle(input, call);
    used?.();
    const answer = encode(routed, output, trace.requestId);
    await recordOutcome(gate, arrival, trace, { output, answer });
    return answered?.(answer) ?? answer;
  } catch (thrown) {
    const error = refusalOf(thrown, gate, trace);
    if (!isExpected(error)) logFault(gate, trace, error);
    const answer = encodeError(trace.service, error, trace.requestId, arrival.head);
    await recordOutcome(gate, arrival, trace, { error, answer });
    return answer;
  }
}

function callFor(arrival: Arrival, gate: Gate, trace: Trace, principal: NonNullable<Trace["principal"]>): ServerCall {
  const headers = Object.fromEntries(arrival.head.headers);
  const facts = {
    secureTransport: true,
    tlsVersion: arrival.tlsVersion,
    signature: trace.signature,
    request: { id: trace.requestId, isForm: trace.signature?.form === "POST" },
    ...(headers["user-agent"] === undefined ? {} : { userAgent: headers["user-agent"] }),
  };
  const authority = gate.access.authorityFor(principal, arrival.origin, facts, trace.decisions);
  const { onBehalf } = arrival;
  return {
    authority: onBehalf === undefined ? authority : authority.via(onBehalf.service),
    ...(onBehalf === undefined ? {} : { reason: onBehalf.reason }),
    requestId: trace.requestId,
    now: trace.startedAt,
    accountId: gate.place.accountId,
    region: gate.place.region,
    headers,
    signal: arrival.signal,
  };
}

/** A denial in the asked service's own code, a full disk by its name; everything else as it was thrown. */
function refusalOf(thrown: unknown, gate: Gate, trace: Trace): unknown {
  if (!(thrown instanceof AccessDenied) || trace.service === undefined) return fullDiskError(thrown) ?? thrown;
  return new AwsError({ ...trace.service.errors.accessDenied, message: denialMessage(thrown.message, gate, trace) });
}

/** Modelled exceptions carry `$fault`; what is neither those nor an AwsError is a bug of ours. */
function isExpected(error: unknown): boolean {
  return error instanceof AwsError || (error instanceof Error && "$fault" in error);
}

function logFault(gate: Gate, trace: Trace, error: unknown): void {
  gate.log.error("an operation failed", {
    requestId: trace.requestId,
    service: trace.service?.name,
    operation: trace.operationName,
    fault: faultText(error),
  });
}
