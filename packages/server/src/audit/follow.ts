import { setImmediate as nextTurn } from "node:timers/promises";
import type { Files } from "../platform/index.ts";
import type { TrailEvent } from "./event.ts";
import { listSegments, readLines, segmentName } from "./segment.ts";
import { openRecord, readRecord, type Sealer } from "./trail-record.ts";
import type { DurableEnd } from "./verify-trail.ts";

/** An event and its place in the trail. */
export interface NumberedEvent {
  readonly n: number;
  readonly event: TrailEvent;
}

/** How many records are read before other work gets its turn. */
const recordsAtOnceMax = 250;

/** The records behind number `after` up to the durable end, oldest first. Throws at a record that was changed. */
export async function* followTrail(
  folder: string,
  sealer: Sealer,
  end: DurableEnd,
  after: number,
  files?: Files,
): AsyncGenerator<NumberedEvent, void> {
  if (after >= end.head.n) return;
  let read = 0;
  for (const segment of await segmentsFrom(folder, end.segment, after, files)) {
    const endBytes = segment === end.segment ? end.bytes : Infinity;
    for await (const { text, complete } of readLines(folder, segment, endBytes, { files })) {
      const record = complete ? readRecord(text) : undefined;
      if (record !== undefined && record.n <= after) continue;
      const event = record === undefined ? undefined : openRecord(record, sealer);
      if (record === undefined || event === undefined) {
        throw new Error(`The segment ${segmentName(segment)} was changed; verify the trail.`);
      }
      yield { n: record.n, event };
      read += 1;
      if (read % recordsAtOnceMax === 0) await nextTurn();
    }
  }
}

/** The segments that may hold records behind `after`: what lies before them need not be read. */
async function segmentsFrom(folder: string, last: number, after: number, files?: Files): Promise<number[]> {
  const needed: number[] = [];
  const segments = (await listSegments(folder, files)).filter((segment) => segment <= last);
  for (const segment of segments.reverse()) {
    needed.unshift(segment);
    if ((await firstNumber(folder, segment, files)) <= after + 1) break;
  }
  return needed;
}

async function firstNumber(folder: string, segment: number, files?: Files): Promise<number> {
  for await (const { text, complete } of readLines(folder, segment, Infinity, { files })) {
    return (complete ? readRecord(text)?.n : undefined) ?? Infinity;
  }
  return Infinity;
}
