/** What a server calls to change what is on the disk. */
export const changingSyscalls = [
  ...["write", "writev", "pwrite64", "pwritev", "fsync", "fdatasync", "openat", "ftruncate", "fallocate"],
  ...[
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
  ],
] as const;
export type Syscall = (typeof changingSyscalls)[number];

/** One call as strace writes it down. */
export interface TracedCall {
  /** 0 where strace followed one thread only. */
  readonly threadId: number;
  readonly syscall: Syscall;
  /** The rest of its line. */
  readonly rest: string;
  readonly wasInjected: boolean;
}

const line = /^(?:(\d+) +)?(\w+)\((.*)$/;

/** The calls in a log of strace that change something under `folder`: files and names, not sockets or pipes. */
export function callsUnder(folder: string, log: string): TracedCall[] {
  return allCalls(log).filter((call) => changes(folder, call));
}

function allCalls(log: string): TracedCall[] {
  return log.split("\n").flatMap((text) => {
    const found = line.exec(text);
    const syscall = changingSyscalls.find((name) => name === found?.[2]);
    if (found === null || syscall === undefined) return [];
    const rest = found[3] ?? "";
    return [{ threadId: Number(found[1] ?? "0"), syscall, rest, wasInjected: rest.includes("(INJECTED)") }];
  });
}

function changes(folder: string, { syscall, rest }: TracedCall): boolean {
  // Where a failed call names no file any more, it is the descriptor's path that tells.
  return rest.includes(folder) && (syscall !== "openat" || rest.includes("O_CREAT"));
}

/** A call by its place among the calls of the same name in its thread, from 1: what strace counts. */
export interface CountedCall extends TracedCall {
  readonly nth: number;
}

/** Counts every call of a log, and returns those under `folder`. */
export function countedCalls(folder: string, log: string): CountedCall[] {
  const counts = new Map<string, number>();
  return allCalls(log).flatMap((call) => {
    const counter = `${call.threadId} ${call.syscall}`;
    const nth = (counts.get(counter) ?? 0) + 1;
    counts.set(counter, nth);
    return changes(folder, call) ? [{ ...call, nth }] : [];
  });
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/metadata\.db-wal/, "write-ahead file"],
  [/metadata\.db/, "database"],
  [/\/audit\//, "trail"],
  [/\/objects\//, "object"],
  [/\/git\//, "repository"],
  [/\.secrets/, "secrets"],
  [/\/run\//, "run"],
];

/** What the file of a call is for, for people to read. */
export function kindOf({ rest }: TracedCall): string {
  return kinds.find(([form]) => form.test(rest))?.[1] ?? "other";
}
