/**
 * Compares the evaluator with the naive one on random policies and requests:
 *
 *   node packages/iam/src/testing/compare.ts --decisions 10000000 --seed 1
 *
 * Progress goes to standard error. It ends by itself: with 0 where no decision differed and every feature
 * was met, with 1 otherwise. The same seed, number and threads give the same decisions.
 */
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { expectedFeatures } from "./coverage.ts";
import { compareRandomly, type Outcome } from "./run.ts";

interface Share {
  readonly seed: number;
  readonly decisions: number;
}
type Message = { readonly done: number } | { readonly outcome: Outcome };

const progressEvery = 100_000;

if (isMainThread) await main();
else work(workerData as Share);

function work({ seed, decisions }: Share): void {
  let told = 0;
  const outcome = compareRandomly(seed, decisions, (done) => {
    if (done - told < progressEvery) return;
    told = done;
    parentPort?.postMessage({ done } satisfies Message);
  });
  parentPort?.postMessage({ outcome } satisfies Message);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { decisions: { type: "string" }, seed: { type: "string" }, threads: { type: "string" } },
  });
  const decisions = whole("decisions", values.decisions ?? "1000000");
  const seed = whole("seed", values.seed ?? "1");
  const threads = whole("threads", values.threads ?? "2");
  const done = Array.from({ length: threads }, () => 0);
  const begun = performance.now();
  const outcomes = await Promise.all(
    done.map((_, at) => {
      const share = Math.floor(decisions / threads) + (at < decisions % threads ? 1 : 0);
      return runWorker({ seed: seed * 1000 + at, decisions: share }, (count) => {
        done[at] = count;
        progress(
          done.reduce((sum, one) => sum + one, 0),
          decisions,
          begun,
        );
      });
    }),
  );
  conclude(outcomes, (performance.now() - begun) / 1000);
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name} is a whole number from 1, not ${text}`);
  return value;
}

function runWorker(share: Share, onProgress: (done: number) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.on("error", reject);
    worker.on("message", (message: Message) => {
      if ("outcome" in message) resolve(message.outcome);
      else onProgress(message.done);
    });
  });
}

function progress(done: number, decisions: number, begun: number): void {
  const seconds = (performance.now() - begun) / 1000;
  process.stderr.write(`${done} of ${decisions} decisions, ${Math.round(done / seconds)} a second\n`);
}

function conclude(outcomes: readonly Outcome[], seconds: number): void {
  const decisions = outcomes.reduce((sum, outcome) => sum + outcome.decisions, 0);
  const missed = expectedFeatures().filter((feature) => !outcomes.some(({ features }) => features.has(feature)));
  const differences = outcomes.flatMap(({ difference }) => difference ?? []);
  for (const difference of differences) process.stdout.write(`${JSON.stringify(difference, undefined, 1)}\n`);
  for (const feature of missed) process.stdout.write(`not met: ${feature}\n`);
  const wholeSeconds = Math.round(seconds);
  process.stdout.write(
    `${decisions} decisions, ${differences.length} differences, ${missed.length} features not met, ${wholeSeconds} s\n`,
  );
  if (differences.length + missed.length > 0) process.exitCode = 1;
}
