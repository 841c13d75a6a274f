import type { Files } from "../platform/index.ts";
import { listSegments, readLines, segmentName } from "./segment.ts";
import { emptyHead, faultOf, openRecord, readRecord, type Head, type Sealer } from "./trail-record.ts";

export type TrailVerdict =
  | { readonly held: true; readonly records: number; readonly segments: number; readonly headHash: string }
  | {
      readonly held: false;
      /** File name, where the fault is in one. */
      readonly segment: string | undefined;
      /** Number of the record that is wrong or missing, where that is known. */
      readonly record: number | undefined;
      readonly problem: string;
    };

/** Where a trail that is being written to ends for certain. */
export interface DurableEnd {
  readonly head: Head;
  readonly segment: number;
  readonly bytes: number;
}

export interface VerifySettings {
  readonly folder: string;
  readonly sealer: Sealer;
  /** The head as it was last kept outside the files. */
  readonly anchor: Head | undefined;
  /** Given while the trail is open: what lies behind it is not yet acknowledged to anybody. */
  readonly end?: DurableEnd;
  /** Absent: the file system. */
  readonly files?: Files | undefined;
}

/**
 * ⑤ Reads the whole trail. It does not hold after a changed byte, a missing, repeated or moved record,
 * a missing segment, an end before the anchor, a record that does not open under the key, and where
 * there is no record at all.
 */
export async function verifyTrail(settings: VerifySettings): Promise<TrailVerdict> {
  const { folder, anchor, end } = settings;
  const segments = (await listSegments(folder, settings.files)).filter(
    (segment) => end === undefined || segment <= end.segment,
  );
  const known = end === undefined ? [anchor] : [anchor, end.head];
  let head = emptyHead;
  for (const [index, segment] of segments.entries()) {
    const expected = index + 1;
    if (segment !== expected)
      return not(segmentName(expected), head.n + 1, `The segment ${segmentName(expected)} is missing.`);
    const endBytes = segment === end?.segment ? end.bytes : Infinity;
    for await (const { text, complete } of readLines(folder, segment, endBytes, { files: settings.files })) {
      const record = complete ? readRecord(text) : undefined;
      if (record === undefined) {
        const problem = complete ? "A line is not a record." : "The file ends within a record.";
        return not(segmentName(segment), head.n + 1, problem);
      }
      const fault = faultOf(record, head) ?? anchorFault(record, known);
      if (fault !== undefined) return not(segmentName(segment), record.n, fault);
      if (openRecord(record, settings.sealer) === undefined) {
        return not(segmentName(segment), record.n, `Record ${record.n} does not open with the trail's key.`);
      }
      head = record;
    }
  }
  const missing = known.find((place) => place !== undefined && place.n > head.n);
  if (missing !== undefined) {
    return not(
      undefined,
      head.n + 1,
      `The trail ends at record ${head.n}, but ${missing.n} records were acknowledged: its end was cut off.`,
    );
  }
  if (end !== undefined && segments.length < end.segment) {
    return not(
      segmentName(segments.length + 1),
      undefined,
      `The segment ${segmentName(segments.length + 1)} is missing.`,
    );
  }
  if (head.n === 0) return not(undefined, undefined, "There is no record to verify.");
  return { held: true, records: head.n, segments: segments.length, headHash: head.hash };
}

function anchorFault(record: Head, known: readonly (Head | undefined)[]): string | undefined {
  if (known.every((place) => place?.n !== record.n || place.hash === record.hash)) return undefined;
  return `Record ${record.n} is not the one that was acknowledged: the trail was written anew.`;
}

function not(segment: string | undefined, record: number | undefined, problem: string): TrailVerdict {
  return { held: false, segment, record, problem };
}
