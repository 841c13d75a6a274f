/**
 * Fails every call by which a request changes the data folder, once with EIO and once with ENOSPC, by strace.
 * `node test/crash/failed-calls.ts [--operations put-object,create-key] [--calls N] [--seed 1]`; the seed orders
 * what is tried, and `--calls` takes some of each operation only.
 * What was acknowledged has to be there, what was not wholly there or wholly absent, and after a failed sync the server ends.
 */
import { parseArgs } from "node:util";
import { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { failOnce, newTally, targetsOf, type Tally } from "./failed-calls/campaign.ts";
import { operations } from "./failed-calls/operations.ts";
import type { Operation } from "./failed-calls/operation.ts";
import { kindOf } from "./failed-calls/traced-call.ts";
import { startTrial } from "./failed-calls/trial-house.ts";

interface Plan {
  readonly seed: number;
  readonly operations: readonly Operation[];
  /** At most so many calls of each operation; absent: all of them. */
  readonly callsMax?: number;
  /** Absent: every call. */
  readonly only?: (syscall: string) => boolean;
}

export async function failCalls(plan: Plan, say: (line: string) => void = () => undefined): Promise<Tally> {
  const random = new Seeded(plan.seed);
  await using trial = await startTrial();
  const tally = newTally();
  for (const operation of plan.operations) {
    const startedMs = performance.now();
    const { only = () => true } = plan;
    const all = (await targetsOf(trial, operation)).filter(({ call }) => only(call.syscall));
    const targets = random.shuffled(all).slice(0, plan.callsMax);
    const kinds = new Map<string, number>();
    for (const target of targets) {
      const hit = await failOnce(trial, target, tally);
      const kind = hit === undefined ? "not met" : `${hit.syscall} of ${kindOf(hit)}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const what = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", ");
    say(`${operation.name}: ${what} (${seconds} s)`);
    const here = [...tally.acknowledged].filter(([what]) => what.startsWith(`${operation.name}:`));
    for (const [what, count] of here) say(`acknowledged all the same, ${count} times: ${what}`);
  }
  await trial.killAndCheck();
  return tally;
}

/** Some of all operations. */
export const someOperations = (seed: number, max: number): readonly Operation[] =>
  new Seeded(seed).shuffled(operations).slice(0, max);

export const operationsNamed = (names: readonly string[]): readonly Operation[] =>
  operations.filter(({ name }) => names.includes(name));

if (import.meta.main) {
  const { values } = parseArgs({
    options: { operations: { type: "string" }, calls: { type: "string" }, seed: { type: "string" } },
  });
  const seed = Number(values.seed ?? "1");
  const chosen = values.operations === undefined ? operations : operationsNamed(values.operations.split(","));
  const plan = { seed, operations: chosen, ...(values.calls === undefined ? {} : { callsMax: Number(values.calls) }) };
  const { failed, ended, acknowledged, missed } = await failCalls(plan, (line) => process.stdout.write(`${line}\n`));
  const allTheSame = [...acknowledged.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `seed ${seed}: ${failed} calls of ${chosen.length} operations failed; the server ended ${ended} times; ${allTheSame} requests were acknowledged all the same, ${missed} calls were not met; nothing acknowledged is lost, nothing is there by half\n`,
  );
}
