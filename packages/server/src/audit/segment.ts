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

/** The lines of one segment, up to `endBytes`. A line longer than any record ends the reading, incomplete. */
export async function* readLines(
  folder: string,
  segment: number,
  endBytes = Infinity,
  files: Files = diskFiles,
): AsyncGenerator<SegmentLine, void> {
  const handle = await files.open(join(folder, segmentName(segment)), "r");
  try {
    let rest = Buffer.alloc(0);
    let start = 0;
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
