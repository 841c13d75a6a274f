import { setTimeout as sleep } from "node:timers/promises";
import { GitFailed } from "../git-client.ts";
import { ToldOfFailure, type Operation } from "./operation.ts";
import { diskThreads, errnos, failingWords, recordingWords, threadsOf, traced, type Errno } from "./strace.ts";
import { callsUnder, countedCalls, kindOf, type CountedCall, type TracedCall } from "./traced-call.ts";
import type { TrialHouse } from "./trial-house.ts";

/** A call of an operation that is to fail. */
export interface Target {
  readonly operation: Operation;
  /** A thread of the server, or the process that keeps the repositories encrypted, in all of its threads. */
  readonly thread: keyof ReturnType<typeof diskThreads>;
  readonly call: CountedCall;
  readonly errno: Errno;
}

export interface Tally {
  /** Requests in which a call was failed. */
  failed: number;
  /** Of them, those that were acknowledged all the same: how many, by what failed. */
  readonly acknowledged: Map<string, number>;
  /** Of them, those after which the server ended. */
  ended: number;
  /** Targets that were not met: what else the server did had moved them. */
  missed: number;
}

export const newTally = (): Tally => ({ failed: 0, acknowledged: new Map(), ended: 0, missed: 0 });

/**
 * By these gocryptfs also answers the kernel and wakes its own threads, in any thread at any time: to fail one is no
 * failure of the disk, and whoever waits for that answer waits for ever. Content goes by pwrite64.
 */
const answersKernel: ReadonlySet<string> = new Set(["write", "writev"]);

const endMsMax = 12_000;
const triesMax = 3;

let attempts = 0;
const nextName = (): string => `f${(attempts += 1)}`;

/** Every call of the operation that changes the data folder, with each error: recorded from one request that goes well. */
export async function targetsOf(trial: TrialHouse, operation: Operation): Promise<Target[]> {
  const { house, clients, world } = trial;
  const { pid } = house;
  const attempt = await operation.prepare({ clients, world, name: nextName() });
  await settled();
  const { main, pool, area } = diskThreads(pid);
  const { log } = await traced(["-f", ...recordingWords], area === undefined ? [pid] : [pid, area], attempt.run);
  const state = await attempt.look(clients);
  if (state !== attempt.after) throw new Error(`${operation.name} gives ${state}, not ${attempt.after}`);
  const named = new Map([
    [main, "main"],
    [pool, "pool"],
  ] as const);
  const areaThreads = new Set(area === undefined ? [] : threadsOf(area));
  const places = new Set<string>();
  return countedCalls(house.dataDir, log).flatMap((call) => {
    const thread = named.get(call.threadId) ?? (areaThreads.has(call.threadId) ? "area" : undefined);
    const place = `${thread ?? ""} ${call.syscall} ${call.nth}`;
    // Which thread of the area's process makes a call is chance: it is failed in all of them.
    if (thread === undefined || places.has(place) || (thread === "area" && answersKernel.has(call.syscall))) return [];
    places.add(place);
    return errnos.map((errno) => ({ operation, thread, call, errno }));
  });
}

/** Makes the request while one of its calls fails, and looks at what came of it. Throws where that is not right. */
export async function failOnce(trial: TrialHouse, target: Target, tally: Tally): Promise<TracedCall | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const failedBefore = tally.failed;
    try {
      const hit = await tryOnce(trial, target, tally);
      if (hit !== undefined) return hit;
    } catch (error) {
      // The server ended behind the answer, and all was looked at when it had started again.
      if (!isUnreachable(error) || !(await trial.restartIfEnded(endMsMax))) throw ofTarget(target, error);
      tally.ended += 1;
      if (tally.failed > failedBefore) return target.call;
      // What failed was a call of something else: the trail's anchor, say.
    }
  }
  tally.missed += 1;
  return undefined;
}

async function tryOnce(trial: TrialHouse, target: Target, tally: Tally): Promise<TracedCall | undefined> {
  const { operation, thread, call, errno } = target;
  const { house, clients, world, ledger } = trial;
  const name = nextName();
  const attempt = await operation.prepare({ clients, world, name });
  await settled();
  const threadId = diskThreads(house.pid)[thread] ?? house.pid;
  ledger.enter(name, attempt.before, attempt.look);
  const acknowledge = ledger.begin(name, attempt.after, attempt.look);
  const { value: outcome, log } = await traced(
    [...(thread === "area" ? ["-f"] : []), ...failingWords({ syscall: call.syscall, nth: call.nth, errno })],
    [threadId],
    () => outcomeOf(attempt.run),
  );
  if (outcome === "acknowledged") acknowledge();
  const hit = callsUnder(house.dataDir, log).find(({ wasInjected }) => wasInjected);
  if (hit === undefined && outcome === "acknowledged") {
    // With the area's threads some other call has failed, one that only reads: what was acknowledged counts all the same.
    await ledger.checkOne(name, clients);
    return undefined;
  }
  const said = `${operation.name}: ${call.syscall} ${call.nth} (${kindOf(hit ?? call)}) failed with ${errno}`;
  if (hit !== undefined) tally.failed += 1;
  if (hit !== undefined && outcome === "acknowledged") {
    const what = `${operation.name}: ${hit.syscall} of ${kindOf(hit)}, ${errno}`;
    tally.acknowledged.set(what, (tally.acknowledged.get(what) ?? 0) + 1);
  }
  // ③ after a sync that failed nothing is acknowledged any more; and whoever gets no answer is told by the end of all.
  const isOwnSync = thread !== "area" && (call.syscall === "fsync" || call.syscall === "fdatasync");
  const mustEnd = outcome === "unanswered" || isOwnSync;
  const hasEnded = await trial.restartIfEnded(mustEnd && hit !== undefined ? endMsMax : 0);
  if (hasEnded) tally.ended += 1;
  else if (mustEnd && hit !== undefined) throw new Error(`${said}, was ${outcome}, and the server goes on`);
  else await ledger.checkOne(name, clients);
  return hit;
}

function ofTarget({ operation, thread, call, errno }: Target, cause: unknown): Error {
  const place = `${call.syscall} ${call.nth} of ${thread} (${kindOf(call)}) failing with ${errno}`;
  return new Error(`${operation.name}, ${place}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}

type Outcome = "acknowledged" | "refused" | "unanswered";

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    await run();
    return "acknowledged";
  } catch (error) {
    if (error instanceof GitFailed || error instanceof ToldOfFailure) return "refused";
    const status = statusOf(error);
    if (status === undefined) return "unanswered";
    if (status < 500) throw error;
    return "refused";
  }
}

function isUnreachable(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return statusOf(error) === undefined && (code === "ECONNREFUSED" || code === "ECONNRESET" || code === "EPIPE");
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "$response" in error)) return undefined;
  return (error.$response as { readonly statusCode?: number } | undefined)?.statusCode;
}

/** What the server does behind an answer (its anchor, its log) is over. */
const settled = (): Promise<void> => sleep(20);
