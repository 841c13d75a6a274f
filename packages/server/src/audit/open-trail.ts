import { dirname, join } from "node:path";
import { diskFiles, type Files } from "../platform/index.ts";
import type { TrailEvent } from "./event.ts";
import { listSegments, readLines, segmentName, type SegmentLine } from "./segment.ts";
import {
  emptyHead,
  faultOf,
  openRecord,
  readRecord,
  type Head,
  type Sealer,
  type TrailRecord,
} from "./trail-record.ts";
import type { DurableEnd } from "./verify-trail.ts";

/** Something that no crash leaves behind: the trail was changed, or its disk is failing. */
export interface TrailDamage {
  readonly kind: "damaged";
  readonly segment: string | undefined;
  readonly record: number | undefined;
  readonly problem: string;
}

/** Where to go on writing, and what the last run left. */
export interface TrailTail {
  readonly kind: "tail";
  readonly end: DurableEnd;
  /** Bytes of records that a crash cut short; they were never acknowledged, and are gone. */
  readonly tornBytes: number;
  /** Calls that were recorded before they acted and not after. */
  readonly unfinished: readonly TrailEvent[];
}

/** How many segments are read at the start; `verifyTrail` reads all of them. */
const segmentsReadMax = 2;

/** Finds the end of the trail in `folder`, and cuts off a last line that a crash tore. */
export async function findTail(
  folder: string,
  sealer: Sealer,
  anchor: Head | undefined,
  files: Files = diskFiles,
): Promise<TrailTail | TrailDamage> {
  await files.makeFolder(folder, { recursive: true, mode: 0o700 });
  const segments = await listSegments(folder, files);
  const gap = segments.findIndex((segment, index) => segment !== index + 1);
  if (gap >= 0) return damage(gap + 1, undefined, `The segment ${segmentName(gap + 1)} is missing.`);
  const last = segments.at(-1);
  if (last === undefined) {
    // A folder that was just made is itself a name that a loss of power can take away, with all that is in it.
    await files.syncFolder(dirname(folder));
    if (anchor !== undefined) return cutOff(emptyHead, anchor);
    return { kind: "tail", end: { head: emptyHead, segment: 1, bytes: 0 }, tornBytes: 0, unfinished: [] };
  }
  const reading = new TailReading(sealer, anchor, last);
  for (const segment of segments.slice(-segmentsReadMax)) {
    for await (const line of readLines(folder, segment, Infinity, { files })) {
      const fault = reading.take(segment, line);
      if (fault !== undefined) return fault;
    }
  }
  const { head, bytes, tornBytes } = reading;
  if (anchor !== undefined && anchor.n > head.n) return cutOff(head, anchor);
  if (tornBytes > 0) await cut(files, join(folder, segmentName(last)), bytes);
  return { kind: "tail", end: { head, segment: last, bytes }, tornBytes, unfinished: reading.unfinished() };
}

class TailReading {
  readonly #sealer: Sealer;
  readonly #anchor: Head | undefined;
  readonly #last: number;
  readonly #open = new Map<string, TrailEvent>();
  #head: Head | undefined;
  bytes = 0;
  tornBytes = 0;

  constructor(sealer: Sealer, anchor: Head | undefined, last: number) {
    this.#sealer = sealer;
    this.#anchor = anchor;
    this.#last = last;
  }

  get head(): Head {
    return this.#head ?? emptyHead;
  }

  unfinished(): TrailEvent[] {
    return [...this.#open.values()];
  }

  take(segment: number, line: SegmentLine): TrailDamage | undefined {
    if (segment === this.#last && this.#isTorn(line)) {
      this.tornBytes += line.text.length + (line.complete ? 1 : 0);
      return undefined;
    }
    if (!line.complete) return damage(segment, this.head.n + 1, "The file ends within a record.");
    const record = readRecord(line.text);
    if (record === undefined) return damage(segment, this.head.n + 1, "A line is not a record.");
    // Reading begins in the middle of the chain unless it begins with the first segment.
    this.#head ??= segment === 1 ? emptyHead : { n: record.n - 1, hash: record.prev };
    const fault = faultOf(record, this.#head) ?? this.#anchorFault(record);
    if (fault !== undefined) return damage(segment, record.n, fault);
    const event = openRecord(record, this.#sealer);
    if (event === undefined) return damage(segment, record.n, `Record ${record.n} does not open with the trail's key.`);
    if (event.phase === "intent") this.#open.set(event.requestID, event);
    else if (event.phase === "outcome") this.#open.delete(event.requestID);
    this.#head = record;
    if (segment === this.#last) this.bytes = line.start + line.text.length + 1;
    return undefined;
  }

  /**
   * Whether a line belongs to a write that the power was cut in: it ends early, or a sector of it never reached the
   * disk and reads as zeros, of which records have none; so does what lies behind it. Nothing of it was acknowledged:
   * where the anchor says otherwise, the end that is left lies before the anchor, and that is damage.
   */
  #isTorn(line: SegmentLine): boolean {
    return this.tornBytes > 0 || !line.complete || line.text.includes("\0");
  }

  #anchorFault(record: TrailRecord): string | undefined {
    if (this.#anchor?.n !== record.n || this.#anchor.hash === record.hash) return undefined;
    return `Record ${record.n} is not the one that was acknowledged: the trail was written anew.`;
  }
}

async function cut(files: Files, path: string, bytes: number): Promise<void> {
  const handle = await files.open(path, "r+");
  try {
    await handle.truncate(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function cutOff(head: Head, anchor: Head): TrailDamage {
  const problem = `The trail ends at record ${head.n}, but ${anchor.n} records were acknowledged: its end was cut off.`;
  return { kind: "damaged", segment: undefined, record: head.n + 1, problem };
}

function damage(segment: number, record: number | undefined, problem: string): TrailDamage {
  return { kind: "damaged", segment: segmentName(segment), record, problem };
}
