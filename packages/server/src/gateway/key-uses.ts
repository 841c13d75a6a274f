import { authorizationRecord, DecisionLog, type Authority } from "../access/index.ts";
import type { Trail, TrailEvent } from "../audit/index.ts";
import type { NoteKeyDeed, NoteKeyUse, ServiceKeyUse } from "../encryption/index.ts";
import { timedId, uuid } from "../platform/index.ts";
import type { Place } from "./gate.ts";
import { identityOf } from "./user-identity.ts";

/** How many uses wait for the record of their request; a batch that has more of them writes them as it goes. */
const waitingMax = 64;

/** The decisions of one request, and what services did with keys for it. */
export class RequestLog extends DecisionLog {
  #uses: [ServiceKeyUse, Authority][] | undefined;
  #isOver = false;

  /** Whether the use was taken up; it is not where the request's record is written already. */
  take(use: ServiceKeyUse, authority: Authority): boolean {
    if (this.#isOver) return false;
    this.#uses ??= [];
    if (this.#uses.length >= waitingMax) return false;
    this.#uses.push([use, authority]);
    return true;
  }

  /** What goes with the request's outcome; whatever comes later has a record of its own. */
  end(): readonly (readonly [ServiceKeyUse, Authority])[] {
    this.#isOver = true;
    return this.#uses ?? [];
  }
}

/** What led to a use: the request, and who signed it. */
export interface UseCause {
  readonly eventSource: string;
  readonly requestID: string;
  readonly accessKeyId: string | undefined;
}

/**
 * Takes down what services do with keys for somebody. ⑤ Of a request it is written together with the request's
 * outcome, in one trip to the disk; of a job, which has none, at once: should that fail, the trail ends the server.
 */
export function noteKeyUses(trail: Pick<Trail, "record">, place: Place): NoteKeyUse {
  return (use, authority) => {
    if (authority.decisions instanceof RequestLog && authority.decisions.take(use, authority)) return Promise.resolve();
    const written = trail.record(keyUseEvent(place, use, authority));
    written.catch(() => undefined);
    return written;
  };
}

/** Takes down what the server does to keys by itself, as an event of the service. */
export function noteKeyDeeds(trail: Pick<Trail, "record">, place: Place): NoteKeyDeed {
  return ({ name, keyArn, materialId }) => {
    const { accountId, region: awsRegion } = place;
    const now = place.clock.now();
    const written = trail.record({
      eventTime: now.toISOString(),
      eventSource: "kms.amazonaws.com",
      eventName: name,
      userIdentity: { type: "AWSService", accountId, invokedBy: "kms.amazonaws.com" },
      sourceIPAddress: "kms.amazonaws.com",
      userAgent: "kms.amazonaws.com",
      requestID: timedId(now),
      eventID: uuid(),
      requestParameters: undefined,
      readOnly: false,
      resources: [keyResource(keyArn, accountId)],
      additionalEventData: { keyId: keyArn, ...(materialId !== undefined && { keyMaterialId: materialId }) },
      awsRegion,
      recipientAccountId: accountId,
      phase: "outcome",
    });
    written.catch(() => undefined);
  };
}

/**
 * A use of a key as CloudTrail shows one that a service made for somebody: the caller's identity with the service
 * that stood in between.
 */
export function keyUseEvent(place: Place, use: ServiceKeyUse, authority: Authority, cause?: UseCause): TrailEvent {
  const service = `${use.via}.amazonaws.com`;
  const { refusal } = use;
  const now = place.clock.now();
  return {
    eventTime: now.toISOString(),
    eventSource: "kms.amazonaws.com",
    eventName: use.operation,
    userIdentity: { ...identityOf(authority.principal, cause?.accessKeyId), invokedBy: service },
    sourceIPAddress: service,
    userAgent: service,
    requestID: timedId(now),
    eventID: uuid(),
    requestParameters: {
      ...(use.keyArn !== undefined && { keyId: use.keyArn }),
      ...(use.operation === "GenerateDataKey" ? { keySpec: "AES_256" } : { encryptionAlgorithm: "SYMMETRIC_DEFAULT" }),
      encryptionContext: use.context,
    },
    ...(refusal !== undefined && { errorCode: refusal.errorCode, errorMessage: refusal.message }),
    readOnly: true,
    ...(use.keyArn !== undefined && { resources: [keyResource(use.keyArn, place.accountId)] }),
    additionalEventData: {
      ...(use.materialId !== undefined && { keyMaterialId: use.materialId }),
      ...(cause && { onBehalfOf: { eventSource: cause.eventSource, requestID: cause.requestID } }),
      ...decidedOn(use, authority),
    },
    awsRegion: place.region,
    recipientAccountId: place.accountId,
    phase: "outcome",
  };
}

export function keyResource(ARN: string, accountId: string) {
  return { ARN, accountId, type: "AWS::KMS::Key" };
}

/** The decision on this use alone, out of all that was decided for the request. */
function decidedOn({ operation, keyArn }: ServiceKeyUse, { decisions }: Authority) {
  const action = `kms:${operation}`;
  const found = decisions?.kept.findLast(
    ({ permission }) => permission.action === action && permission.resource === keyArn,
  );
  if (found === undefined) return {};
  const alone = new DecisionLog();
  alone.note(found);
  return { authorization: authorizationRecord(alone) };
}
