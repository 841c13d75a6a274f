import { closeSync, openSync, writeSync } from "node:fs";
import koffi from "koffi";

/*
 * Descriptors that Node cannot make itself. A command's output goes through real pipes: Node's own
 * are socket pairs, and `echo > /dev/stderr` fails on a socket.
 */
const libc = koffi.load("libc.so.6");
const pipe2 = libc.func("int pipe2(_Out_ int *ends, int flags)") as (ends: number[], flags: number) => number;
const memfdCreate = libc.func("int memfd_create(const char *name, unsigned int flags)") as (
  name: string,
  flags: number,
) => number;
const closeRange = libc.func("int close_range(unsigned int first, unsigned int last, int flags)") as (
  first: number,
  last: number,
  flags: number,
) => number;

const closeOnExec = 0o2000000;
const memfdCloseOnExec = 1;
const closeRangeCloseOnExec = 4;

interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

export function makePipe(): Pipe {
  const ends = [-1, -1];
  if (pipe2(ends, closeOnExec) !== 0) throw new Error(`pipe2 failed with errno ${koffi.errno()}`);
  const [readEnd, writeEnd] = ends;
  if (readEnd === undefined || writeEnd === undefined) throw new Error("pipe2 gave no descriptors");
  return { readEnd, writeEnd };
}

/** A descriptor, open for reading at its start, of a nameless file in memory that holds `content`. */
export function descriptorOf(content: Uint8Array | string): number {
  const file = memfdCreate("strongroom", memfdCloseOnExec);
  if (file < 0) throw new Error(`memfd_create failed with errno ${koffi.errno()}`);
  try {
    const bytes = Buffer.from(content as string);
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    return openSync(`/proc/self/fd/${file}`, "r");
  } finally {
    closeSync(file);
  }
}

/**
 * ① What whoever started the server left open must not reach a sandbox: Node marks its own descriptors
 * as ending at exec, this marks all.
 */
export function closeOthersOnExec(): void {
  if (closeRange(3, 0xffffffff, closeRangeCloseOnExec) !== 0)
    throw new Error(`close_range failed with errno ${koffi.errno()}`);
}
