import { setImmediate as nextTurn } from "node:timers/promises";
import { timeOfId } from "../platform/index.ts";
import type { TrailEvent } from "./event.ts";
import { lookupTrail } from "./lookup.ts";
import { lineStart, listSegments, readLines, segmentName } from "./segment.ts";
import { openRecord, readRecord, timeOfLine, type Sealer, type TrailRecord } from "./trail-record.ts";
import type { DurableEnd } from "./verify-trail.ts";

export type FoundRequest =
  /** The outcome of a call; its intent, where it has no outcome yet. */
  | { readonly kind: "found"; readonly event: TrailEvent }
  | { readonly kind: "not-found" }
  | { readonly kind: "damaged"; readonly segment: string; readonly problem: string };

/** How far before the request's time its record may stand: clocks are set, mostly by less than a second. */
const slacksMs = [1000, 600_000];
/** How many records behind the request's time are opened before it is given up. */
const recordsOpenedMax = 50_000;
const recordsAtOnceMax = 250;

/**
 * The record of a request by its id. An id tells when its request came, and each record's time can be
 * read without opening it: so it is found near its place, however long the trail is, without an index that
 * would have to be kept. Ids that tell no time are looked for among the newest records.
 */
export async function findRequest(
  folder: string,
  sealer: Sealer,
  end: DurableEnd,
  requestId: string,
): Promise<FoundRequest> {
  const came = timeOfId(requestId);
  if (came === undefined) return await newest(folder, sealer, end, requestId);
  for (const slackMs of slacksMs) {
    const from = new Date(came.getTime() - slackMs).toISOString();
    const found = await findFrom(folder, sealer, end, requestId, from);
    if (found.kind !== "not-found") return found;
  }
  return { kind: "not-found" };
}

async function findFrom(
  folder: string,
  sealer: Sealer,
  end: DurableEnd,
  requestId: string,
  from: string,
): Promise<FoundRequest> {
  let intent: TrailEvent | undefined;
  let opened = 0;
  for (const segment of await segmentsFrom(folder, end.segment, from)) {
    for await (const record of recordsFrom(folder, segment, end, from)) {
      if (record === "damaged") return damaged(segment);
      const event = openRecord(record, sealer);
      if (event === undefined) return damaged(segment);
      if (event.requestID === requestId) {
        if (event.phase === "outcome") return { kind: "found", event };
        if (event.phase === "intent") intent = event;
      }
      opened += 1;
      if (opened >= recordsOpenedMax) return foundOr(intent);
      if (opened % recordsAtOnceMax === 0) await nextTurn();
    }
  }
  return foundOr(intent);
}

function foundOr(intent: TrailEvent | undefined): FoundRequest {
  return intent === undefined ? { kind: "not-found" } : { kind: "found", event: intent };
}

async function newest(folder: string, sealer: Sealer, end: DurableEnd, requestId: string): Promise<FoundRequest> {
  const page = await lookupTrail(folder, sealer, end, { requestId, phase: "both", limit: 1 });
  return page.kind === "damaged" ? page : foundOr(page.events[0]);
}

/** The segments that may hold records from this time on: the last one that begins before it, and all behind. */
async function segmentsFrom(folder: string, last: number, from: string): Promise<number[]> {
  const segments = (await listSegments(folder)).filter((segment) => segment <= last);
  let low = 0;
  let high = segments.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const begins = await firstTime(folder, segments[middle] ?? last);
    if (begins !== undefined && begins < from) low = middle;
    else high = middle;
  }
  return segments.slice(low);
}

async function firstTime(folder: string, segment: number): Promise<string | undefined> {
  for await (const { text, complete } of readLines(folder, segment)) {
    return complete ? timeOfLine(text) : undefined;
  }
  return undefined;
}

/** The records from this time on: of those before, only a few are read, and of these only the times. */
async function* recordsFrom(
  folder: string,
  segment: number,
  end: DurableEnd,
  from: string,
): AsyncGenerator<TrailRecord | "damaged"> {
  const endBytes = segment === end.segment ? end.bytes : Infinity;
  const startBytes = await lineStart(folder, segment, endBytes, (line) => (timeOfLine(line) ?? from) < from);
  for await (const { text, complete } of readLines(folder, segment, endBytes, { startBytes })) {
    const time = timeOfLine(text);
    if (complete && time !== undefined && time < from) continue;
    yield (complete ? readRecord(text) : undefined) ?? "damaged";
  }
}

function damaged(segment: number): FoundRequest {
  const name = segmentName(segment);
  return { kind: "damaged", segment: name, problem: `The segment ${name} was changed; verify the trail.` };
}
