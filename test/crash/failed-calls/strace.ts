import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changingSyscalls, type Syscall } from "./traced-call.ts";

export const errnos = ["EIO", "ENOSPC"] as const;
export type Errno = (typeof errnos)[number];

/** The call to fail: the `nth` of its name from now on, in one thread. */
export interface Fault {
  readonly syscall: Syscall;
  readonly nth: number;
  readonly errno: Errno;
}

/** With -y descriptors come with their paths; content is left out. */
const shown = ["-y", "-s", "0"];

export const recordingWords: readonly string[] = [...shown, "-e", `trace=${changingSyscalls.join()}`];

export function failingWords({ syscall, nth, errno }: Fault): string[] {
  return [...shown, "-e", `trace=${syscall}`, "-e", `inject=${syscall}:error=${errno}:when=${nth}`];
}

/**
 * Runs `task` while strace is attached to processes or threads; returns what strace wrote. The server's process cannot
 * be traced by its own user, so root does it.
 */
export async function traced<T>(
  words: readonly string[],
  targets: readonly number[],
  task: () => Promise<T>,
): Promise<{ value: T; log: string }> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-strace-"));
  const logFile = join(folder, "log");
  const strace = spawn("strace", [...words, "-o", logFile, ...targets.flatMap((id) => ["-p", String(id)])], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<void>((resolve, reject) => {
    strace.once("error", reject);
    strace.once("close", () => resolve());
  });
  try {
    await Promise.race([attached(strace.stderr, targets.length), ended]);
    const value = await task();
    strace.kill("SIGINT");
    await ended;
    return { value, log: await readFile(logFile, "utf8") };
  } finally {
    strace.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

/** strace says one line for each that it was given; those say it that it follows from there, too. */
function attached(stderr: NodeJS.ReadableStream, targets: number): Promise<void> {
  let said = "";
  return new Promise((resolve) => {
    stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split(" attached").length > targets) resolve();
    });
  });
}

export function threadsOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map(Number);
}

/**
 * What calls the disk: the server's first thread, the one that `UV_THREADPOOL_SIZE=1` leaves of its pool, and the
 * process that keeps the repositories encrypted.
 */
export function diskThreads(pid: number): {
  readonly main: number;
  readonly pool: number | undefined;
  readonly area: number | undefined;
} {
  const read = (path: string): string => readFileSync(path, "utf8");
  const pool = threadsOf(pid).find((id) => read(`/proc/${pid}/task/${id}/comm`).trim() === "libuv-worker");
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").map(Number);
  const area = children.find((child) => child > 0 && read(`/proc/${child}/cmdline`).startsWith("/usr/bin/gocryptfs"));
  return { main: pid, pool, area };
}
