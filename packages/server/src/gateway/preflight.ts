import { encodeError, type HttpAnswer } from "@strongroom/wire";
import { timedId } from "../platform/index.ts";
import type { Arrival, Gate } from "./gate.ts";
import { recordOutcome } from "./record.ts";
import { newTrace } from "./trace.ts";

/**
 * A browser's question whether a page of another origin may ask a bucket; undefined where the request is
 * none. It carries no signature and tells nothing but what the bucket's rules let browsers know. ⑤ it is
 * recorded like everything that is answered.
 */
export async function preflight(arrival: Arrival, gate: Gate): Promise<HttpAnswer | undefined> {
  const service = gate.services.find(({ name }) => name === "s3");
  if (gate.crossOrigin === undefined || service === undefined) return undefined;
  if (arrival.carries !== undefined && !arrival.carries.services.includes(service.name)) return undefined;
  const answered = gate.crossOrigin.preflight(arrival.head);
  if (answered === undefined) return undefined;
  const now = gate.place.clock.now();
  const trace = newTrace(timedId(now), now);
  trace.service = service;
  trace.operationName = "PreflightRequest";
  if (!Array.isArray(answered)) {
    const answer = encodeError(service, answered, trace.requestId, arrival.head);
    await recordOutcome(gate, arrival, trace, { error: answered, answer });
    return answer;
  }
  const headers: HttpAnswer["headers"] = [...answered, ["x-amz-request-id", trace.requestId]];
  const answer = { status: 200, headers, body: Buffer.alloc(0) };
  await recordOutcome(gate, arrival, trace, { output: {}, answer });
  return answer;
}
