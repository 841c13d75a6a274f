import { join } from "node:path";
import { diskFiles, type Files } from "../platform/index.ts";
import { lineBytesMax } from "./trail-record.ts";

/** The trail's files: `000001.log`, `000002.log`, … in one folder, in the order of their numbers. */
const segmentForm = /^([0-9]{6})\.log$/;

export function segmentName(number: number): string {
  return `${String(number).padStart(6, "0")}.log`;
}

/** Numbers of the segments that are there, ascending. */
export async function listSegments(folder: string, files: Files = diskFiles): Promise<number[]> {
  const names = await files.list(folder);
  return names
    .flatMap((name) => {
      const found = segmentForm.exec(name);
      return found === null ? [] : [Number(found[1])];
    })
    .sort((a, b) => a - b);
}

export interface SegmentLine {
  /** One character a byte, without the line feed. */
  readonly text: string;
  /** Where the line begins in the file, in bytes. */
  readonly start: number;
  /** false: the file ends within this line. */
  readonly complete: boolean;
}

const readBytes = 256 * 1024;
const lineFeed = 0x0a;

/**
 * The lines of one segment, up to `endBytes` and from `startBytes`, where a line begins. A line longer than any record
 * ends the reading, incomplete.
 */
export async function* readLines(
  folder: string,
  segment: number,
  endBytes = Infinity,
  { files = diskFiles, startBytes = 0 }: { readonly files?: Files | undefined; readonly startBytes?: number } = {},
): AsyncGenerator<SegmentLine, void> {
  const handle = await files.open(join(folder, segmentName(segment)), "r");
  try {
    let rest = Buffer.alloc(0);
    let start = startBytes;
    for (;;) {
      const at = start + rest.length;
      const wanted = Math.min(readBytes, endBytes - at);
      const buffer = Buffer.allocUnsafe(Math.max(0, wanted));
      const { bytesRead } = wanted > 0 ? await handle.read(buffer, 0, wanted, at) : { bytesRead: 0 };
      if (bytesRead === 0) break;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      let from = 0;
      for (let end = rest.indexOf(lineFeed); end >= 0; end = rest.indexOf(lineFeed, from)) {
        yield { text: rest.toString("latin1", from, end), start: start + from, complete: true };
        from = end + 1;
      }
      rest = rest.subarray(from);
      start += from;
      if (rest.length > lineBytesMax) break;
    }
    if (rest.length > 0) yield { text: rest.toString("latin1"), start, complete: false };
  } finally {
    await handle.close();
  }
}

/** So near to its place a line is looked for one by one. */
const nearBytes = 64 * 1024;

/**
 * Where a line begins, near to the first one for which `isBefore` does not hold, and not behind it: the lines for which
 * it holds come first. In bytes.
 */
export async function lineStart(
  folder: string,
  segment: number,
  endBytes: number,
  isBefore: (line: string) => boolean,
): Promise<number> {
  let low = 0;
  let high = Math.min(await sizeOf(folder, segment), endBytes);
  while (high - low > nearBytes) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineBehind(folder, segment, middle, high);
    if (line !== undefined && isBefore(line.text)) low = line.start;
    else high = middle;
  }
  return low;
}

async function sizeOf(folder: string, segment: number): Promise<number> {
  const handle = await diskFiles.open(join(folder, segmentName(segment)), "r");
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** The first whole line that begins behind a place; undefined where there is none, or none near. */
async function lineBehind(
  folder: string,
  segment: number,
  startBytes: number,
  endBytes: number,
): Promise<SegmentLine | undefined> {
  let count = 0;
  for await (const line of readLines(folder, segment, Math.min(endBytes, startBytes + nearBytes), { startBytes })) {
    count += 1;
    if (count === 2) return line.complete ? line : undefined;
  }
  return undefined;
}
