/** How the benchmarks measure: interleaved, medians, and a bound that decides the exit code. */
import { cpus, release } from "node:os";

/** Milliseconds that the task took. */
export async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return performance.now() - begun;
}

/**
 * Runs the tasks in turn, A B A B, so that whatever else the machine does meets all of them alike.
 * Each task answers its own milliseconds. The first rounds warm up and are not counted.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  tasks: Readonly<Record<Name, () => Promise<number>>>,
  warmUpRounds = 1,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(tasks) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    for (const name of names) {
      const ms = await tasks[name]();
      if (round >= warmUpRounds) taken[name].push(ms);
    }
  }
  return taken;
}

/** The value that `share` of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** One line: median, least and most of the values. */
export function tell(name: string, valuesMs: readonly number[]): void {
  const [middle, least, most] = [median(valuesMs), Math.min(...valuesMs), Math.max(...valuesMs)].map(inMs);
  say(`${name.padEnd(36)} median ${middle}  least ${least}  most ${most}  (${valuesMs.length} runs)`);
}

export function inMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}

/** The bound that was promised; where it does not hold, the benchmark ends with exit code 1. */
export function bound(promise: string, figure: string, holds: boolean): void {
  say(`${holds ? "holds" : "DOES NOT HOLD"}: ${promise} (${figure})`);
  if (!holds) process.exitCode = 1;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What the figures were measured on. */
export function tellMachine(name: string): void {
  const processors = cpus();
  say(`# ${name}: ${processors.length} × ${processors[0]?.model ?? "?"}, Linux ${release()}, Node ${process.version}`);
}
