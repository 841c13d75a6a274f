import { setTimeout as sleep } from "node:timers/promises";
import type { Operation } from "./operation.ts";
import { diskThreads, errnos, failingWords, recordingWords, traced, type Errno } from "./strace.ts";
import { callsUnder, countedCalls, kindOf, type CountedCall, type TracedCall } from "./traced-call.ts";
import type { TrialHouse } from "./trial-house.ts";

/** A call of an operation that is to fail. */
export interface Target {
  readonly operation: Operation;
  readonly thread: "main" | "pool";
  readonly call: CountedCall;
  readonly errno: Errno;
}

export interface Tally {
  /** Requests in which a call was failed. */
  failed: number;
  /** Of them, those that were acknowledged all the same. */
  acknowledged: number;
  /** Of them, those after which the server ended. */
  ended: number;
  /** Targets that were not met: what else the server did had moved them. */
  missed: number;
}

export const newTally = (): Tally => ({ failed: 0, acknowledged: 0, ended: 0, missed: 0 });

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
  const { log } = await traced(["-f", ...recordingWords], [pid], attempt.run);
  const state = await attempt.look(clients);
  if (state !== attempt.after) throw new Error(`${operation.name} gives ${state}, not ${attempt.after}`);
  const { main, pool } = diskThreads(pid);
  return countedCalls(house.dataDir, log).flatMap((call) => {
    const thread = call.threadId === main ? "main" : call.threadId === pool ? "pool" : undefined;
    return thread === undefined ? [] : errnos.map((errno) => ({ operation, thread, call, errno }) as const);
  });
}

/** Makes the request while one of its calls fails, and looks at what came of it. Throws where that is not right. */
export async function failOnce(trial: TrialHouse, target: Target, tally: Tally): Promise<TracedCall | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const hit = await tryOnce(trial, target, tally);
    if (hit !== undefined) return hit;
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
    failingWords({ syscall: call.syscall, nth: call.nth, errno }),
    [threadId],
    () => outcomeOf(attempt.run),
  );
  if (outcome === "acknowledged") acknowledge();
  const hit = callsUnder(house.dataDir, log).find(({ wasInjected }) => wasInjected);
  if (hit === undefined && outcome === "acknowledged") return undefined;
  const said = `${operation.name}: ${call.syscall} ${call.nth} (${kindOf(hit ?? call)}) failed with ${errno}`;
  if (hit !== undefined) tally.failed += 1;
  if (hit !== undefined && outcome === "acknowledged") tally.acknowledged += 1;
  // ③ after a sync that failed nothing is acknowledged any more; and whoever gets no answer is told by the end of all.
  const mustEnd = outcome === "unanswered" || call.syscall === "fsync" || call.syscall === "fdatasync";
  const hasEnded = await trial.restartIfEnded(mustEnd && hit !== undefined ? endMsMax : 0);
  if (hasEnded) tally.ended += 1;
  else if (mustEnd && hit !== undefined) throw new Error(`${said}, was ${outcome}, and the server goes on`);
  else await ledger.checkOne(name, clients);
  return hit;
}

type Outcome = "acknowledged" | "refused" | "unanswered";

async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    await run();
    return "acknowledged";
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) return "unanswered";
    if (status < 500) throw error;
    return "refused";
  }
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && "$response" in error)) return undefined;
  return (error.$response as { readonly statusCode?: number } | undefined)?.statusCode;
}

/** What the server does behind an answer (its anchor, its log) is over. */
const settled = (): Promise<void> => sleep(20);
