import { createHash } from "node:crypto";
import { signRequest, type HttpRequestHead, type Service } from "@strongroom/wire";
import type { Access, Authority, Origin, TemporaryCredentials } from "../access/index.ts";
import type { TrailEvent } from "../audit/index.ts";
import { eventsService, type ActionOutcome, type Perform, type RuleAction } from "../detection/index.ts";
import { uuid } from "../platform/index.ts";
import type { Gate } from "./gate.ts";
import { travel } from "./road.ts";

/** Rules act from the server itself. */
const ownOrigin: Origin = { kind: "host", sourceIp: "127.0.0.1" };
const sessionSeconds = 900;
const sessionNameMax = 64;

/**
 * What rules do, done on the road that every request takes: as a session of the rule's role, signed,
 * decided by its policies, recorded before and after. ② A rule can do nothing that its role may not.
 */
export function actsForRules(gate: Gate, access: Pick<Access, "actAs">): Perform {
  return async (action) => {
    const service = gate.services.find(({ name }) => name === action.service);
    if (service === undefined) throw new TypeError(`${action.service} is not served`);
    if ("fault" in action.input) return await undone(gate, action, "ValidationException", action.input.fault);
    const acting = access.actAs({
      roleArn: action.roleArn,
      service: eventsService,
      sessionName: action.rule.name.slice(0, sessionNameMax),
      origin: ownOrigin,
      durationSeconds: sessionSeconds,
      sourceArn: action.rule.arn,
    });
    if (acting.kind !== "session") return await undone(gate, action, "AccessDenied", acting.message);
    return await travelled(gate, action, service, acting.credentials);
  };
}

async function travelled(
  gate: Gate,
  action: RuleAction,
  service: Service<Authority>,
  credentials: TemporaryCredentials,
): Promise<ActionOutcome> {
  let outcome: ActionOutcome = { errorCode: "InternalFailure" };
  const record = async (...events: readonly TrailEvent[]) => {
    // What a service did with keys for the request stands before the request's own record.
    const own = events.at(-1);
    if (own?.phase === "outcome") outcome = { errorCode: own.errorCode };
    await gate.trail.record(
      ...events.map((event) => (event === own ? markedBy(action, event) : ruledBy(action, event))),
    );
  };
  const body = bodyFor(service, action);
  const head = signRequest(
    headFor(service, action),
    {
      ...credentials,
      region: gate.place.region,
      service: service.signingName,
      now: gate.place.clock.now(),
      pathStyle: "normalized",
    },
    createHash("sha256").update(body).digest("hex"),
  ).head;
  const arrival = {
    head,
    body: onePart(body),
    origin: ownOrigin,
    carries: undefined,
    onBehalf: { service: "events", reason: action.reason },
    signal: new AbortController().signal,
  };
  await travel(arrival, { ...gate, trail: { record } });
  return outcome;
}

/** ⑤ the record says that no person did it, but which rule, and which event made it. */
function markedBy(action: RuleAction, event: TrailEvent): TrailEvent {
  const userIdentity = { ...event.userIdentity, invokedBy: eventsService };
  return ruledBy(action, { ...event, userIdentity, sourceIPAddress: eventsService });
}

function ruledBy({ rule, eventId, chain }: RuleAction, event: TrailEvent): TrailEvent {
  return { ...event, additionalEventData: { ...event.additionalEventData, rule: { arn: rule.arn, eventId, chain } } };
}

/** ⑤ what never became a request is recorded all the same. */
async function undone(gate: Gate, action: RuleAction, errorCode: string, errorMessage: string): Promise<ActionOutcome> {
  const { clock, region, accountId } = gate.place;
  const event: TrailEvent = {
    eventTime: clock.now().toISOString(),
    eventSource: `${action.service}.amazonaws.com`,
    eventName: action.operation,
    userIdentity: { type: "AWSService", accountId },
    sourceIPAddress: eventsService,
    userAgent: eventsService,
    requestID: uuid(),
    eventID: uuid(),
    requestParameters: { roleArn: action.roleArn },
    errorCode,
    errorMessage,
    readOnly: false,
    awsRegion: region,
    recipientAccountId: accountId,
    phase: "outcome",
  };
  await gate.trail.record(markedBy(action, event));
  return { errorCode };
}

function headFor(service: Service, { operation }: RuleAction): HttpRequestHead {
  const isJson = service.targetPrefix !== undefined;
  return {
    method: "POST",
    target: "/",
    headers: [
      ["host", eventsService],
      ["user-agent", eventsService],
      ["content-type", isJson ? "application/x-amz-json-1.1" : "application/x-www-form-urlencoded"],
      ...(isJson ? [["x-amz-target", `${service.targetPrefix ?? ""}.${operation}`] as const] : []),
    ],
  };
}

/** awsJson, or awsQuery for the few operations that take texts alone. */
function bodyFor(service: Service, { operation, input }: RuleAction): Buffer {
  if (service.targetPrefix !== undefined) return Buffer.from(JSON.stringify(input));
  const form = new URLSearchParams({ Action: operation, Version: service.apiVersion ?? "" });
  for (const [name, value] of Object.entries(input) as [string, unknown][]) {
    form.append(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return Buffer.from(form.toString());
}

// eslint-disable-next-line @typescript-eslint/require-await -- a body is read as it comes, and this one is there
async function* onePart(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
