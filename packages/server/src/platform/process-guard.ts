import { readFileSync } from "node:fs";
import koffi from "koffi";
import { guardedPage } from "./guarded-memory.ts";

const libc = koffi.load("libc.so.6");
const prctl = libc.func(
  "int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)",
) as (...numbers: [number, number, number, number, number]) => number;
const setrlimit = libc.func("int setrlimit(int resource, void *limit)") as (resource: number, limit: Buffer) => number;
const getenv = libc.func("void *getenv(const char *name)") as (name: string) => bigint | null;
const strlen = libc.func("size_t strlen(void *text)") as (text: bigint) => number | bigint;

const getDumpable = 3;
const setDumpable = 4;
const coreSize = 4;

/**
 * ④ makes what this process holds in memory hard to get out of it: it leaves no core file, and no other process of its
 * user reads its memory or attaches a debugger. Root can still do so. What it starts has the limit, too, but is
 * dumpable again.
 */
export function guardProcess(): void {
  if (setrlimit(coreSize, Buffer.alloc(16)) !== 0) throw new Error(`setrlimit failed with errno ${koffi.errno()}`);
  if (prctl(setDumpable, 0, 0, 0, 0) !== 0) throw new Error(`prctl failed with errno ${koffi.errno()}`);
}

/**
 * Takes a secret out of the environment: what this process starts does not find it, and the memory that
 * /proc/PID/environ shows is overwritten. The text that Node has made of it by then is left to the collector.
 */
export function wipeEnvironment(environment: Record<string, string | undefined>, name: string): void {
  const text = getenv(name);
  if (text !== null) new Uint8Array(koffi.view(text, Number(strlen(text)))).fill(0);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- The environment has no other way to lose a name.
  delete environment[name];
}

export interface MemoryControl {
  readonly control: "core-files" | "memory-of-the-root" | "swap";
  readonly enforceable: boolean;
  readonly explanation: string;
}

/** What of this process's memory is guarded here, found out by looking, after `guardProcess`. */
export function memoryControls(): MemoryControl[] {
  using page = guardedPage();
  const coreLimit = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
  const noCore = coreLimit?.[1] === "0" && coreLimit[2] === "0" && prctl(getDumpable, 0, 0, 0, 0) === 0;
  const swaps = readFileSync("/proc/swaps", "utf8").trim().split("\n").length - 1;
  return [
    {
      control: "core-files",
      enforceable: noCore,
      explanation: noCore
        ? "the server leaves no core file, and other processes of its user neither read nor trace it"
        : "the server could leave a core file",
    },
    {
      control: "memory-of-the-root",
      enforceable: page.locked,
      explanation: page.locked
        ? "the root of all keys lies in a page of its own, locked in memory and left out of core files"
        : "locking memory is not allowed here: raise the limit on it (ulimit -l)",
    },
    {
      control: "swap",
      enforceable: swaps === 0,
      explanation:
        swaps === 0
          ? "this host has no swap"
          : "this host swaps: keys derived from the root, and data at work, can get there; encrypt the swap or switch it off",
    },
  ];
}
