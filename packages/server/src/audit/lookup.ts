import { setImmediate as nextTurn } from "node:timers/promises";
import type { TrailEvent } from "./event.ts";
import { listSegments, readLines, segmentName } from "./segment.ts";
import { openRecord, readRecord, type Sealer, type TrailRecord } from "./trail-record.ts";
import type { DurableEnd } from "./verify-trail.ts";

/** What to look for; members that are absent do not matter. */
export interface TrailQuery {
  readonly eventId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly eventName?: string | undefined;
  readonly eventSource?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly accessKeyId?: string | undefined;
  /** A user's name, or the session's name of an assumed role. */
  readonly userName?: string | undefined;
  /** An ARN of the event, its last part, or the value of one of the request's own parameters. */
  readonly resource?: string | undefined;
  readonly resourceType?: string | undefined;
  /** Only requests of which something was refused. */
  readonly refused?: boolean | undefined;
  /** Both inclusive. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** "outcome" unless said: one event for every call. "both": intents and outcomes; "any": notices too. */
  readonly phase?: TrailEvent["phase"] | "both" | "any" | undefined;
  /** Only records before this one: the `next` of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export type TrailPage =
  | {
      readonly kind: "page";
      /** Newest first. */
      readonly events: readonly TrailEvent[];
      /** Give it as `before` for the next page; a page may be short, or empty, and still have one. */
      readonly next: number | undefined;
    }
  | { readonly kind: "damaged"; readonly segment: string; readonly problem: string };

/** How many records one page may open; what is left is for the next page. */
const recordsOpenedMax = 20_000;
/** How many records are opened before other work gets its turn. */
const recordsAtOnceMax = 250;

export async function lookupTrail(
  folder: string,
  sealer: Sealer,
  end: DurableEnd,
  query: TrailQuery,
): Promise<TrailPage> {
  const events: TrailEvent[] = [];
  let opened = 0;
  const segments = (await listSegments(folder)).filter((segment) => segment <= end.segment);
  for (const segment of segments.reverse()) {
    const endBytes = segment === end.segment ? end.bytes : Infinity;
    const records = await recordsBefore(folder, segment, endBytes, query.before);
    if (records === "damaged") return damaged(segment);
    for (const record of records.reverse()) {
      if (query.from !== undefined && Date.parse(record.time) < query.from.getTime()) {
        return { kind: "page", events, next: undefined };
      }
      const event = openRecord(record, sealer);
      if (event === undefined) return damaged(segment);
      opened += 1;
      if (matches(event, query)) events.push(event);
      if (events.length >= query.limit || opened >= recordsOpenedMax) {
        return { kind: "page", events, next: record.n > 1 ? record.n : undefined };
      }
      if (opened % recordsAtOnceMax === 0) await nextTurn();
    }
  }
  return { kind: "page", events, next: undefined };
}

async function recordsBefore(
  folder: string,
  segment: number,
  endBytes: number,
  before: number | undefined,
): Promise<TrailRecord[] | "damaged"> {
  const records: TrailRecord[] = [];
  for await (const { text, complete } of readLines(folder, segment, endBytes)) {
    const record = complete ? readRecord(text) : undefined;
    if (record === undefined) return "damaged";
    if (before !== undefined && record.n >= before) break;
    records.push(record);
  }
  return records;
}

function damaged(segment: number): TrailPage {
  const name = segmentName(segment);
  return { kind: "damaged", segment: name, problem: `The segment ${name} was changed; verify the trail.` };
}

function matches(event: TrailEvent, query: TrailQuery): boolean {
  const { phase = "outcome" } = query;
  const time = Date.parse(event.eventTime);
  return (
    hasPhase(event, phase) &&
    fits(query.eventId, event.eventID) &&
    fits(query.requestId, event.requestID) &&
    fits(query.eventName, event.eventName) &&
    fits(query.eventSource, event.eventSource) &&
    fits(query.readOnly, event.readOnly) &&
    fits(query.refused, event.denials !== undefined) &&
    fits(query.accessKeyId, event.userIdentity.accessKeyId) &&
    fits(query.userName, userNameOf(event)) &&
    (query.from === undefined || time >= query.from.getTime()) &&
    (query.to === undefined || time <= query.to.getTime()) &&
    (query.resource === undefined || touches(event, query.resource)) &&
    (query.resourceType === undefined || (event.resources ?? []).some(({ type }) => type === query.resourceType))
  );
}

function hasPhase(event: TrailEvent, phase: TrailQuery["phase"]): boolean {
  if (phase === "any") return true;
  return phase === "both" ? event.phase !== "notice" : event.phase === phase;
}

function fits<T>(wanted: T | undefined, actual: T | undefined): boolean {
  return wanted === undefined || wanted === actual;
}

/** The name that CloudTrail shows for who acted. */
export function userNameOf({ userIdentity }: TrailEvent): string | undefined {
  if (userIdentity.userName !== undefined) return userIdentity.userName;
  return userIdentity.type === "AssumedRole" ? userIdentity.arn?.split("/").at(-1) : undefined;
}

function touches(event: TrailEvent, resource: string): boolean {
  const named = (event.resources ?? []).some(({ ARN }) => ARN === resource || ARN.split(/[:/]/).at(-1) === resource);
  return named || Object.values(event.requestParameters ?? {}).includes(resource);
}
