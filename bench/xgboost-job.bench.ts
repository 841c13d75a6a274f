/**
 * A training job from CreateTrainingJob to Completed, asked for every 10 ms, against the `xgboost`
 * command line on the same file with the same parameters. What the job takes longer is the platform's:
 * network, volume, sandbox, transfers, records, and starting the image's own runtime.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescribeTrainingJobResponse } from "@aws-sdk/client-sagemaker";
import { run, startHouseProcess } from "@strongroom/testkit";
import { bound, inMs, interleaved, median, say, tell, tellMachine, timed } from "./measure.ts";
import { hyperparameters, openWorkplace, trainJob } from "./workplace.ts";

const rounds = 5;
const overheadMsMax = 1000;

tellMachine("xgboost-job");
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
try {
  await using house = await startHouseProcess();
  const place = await openWorkplace(house.clients);
  say(`table: ${place.table.source}`);
  await writeFile(join(folder, "train.csv"), place.table.csv);
  await writeFile(join(folder, "train.conf"), configuration());
  const jobs: DescribeTrainingJobResponse[] = [];
  const taken = await interleaved(rounds, {
    commandLine: () => timed(trainOnCommandLine),
    job: () => timed(async () => jobs.push(await trainJob(place, `bench-${jobs.length}`))),
  });
  tell("xgboost, command line", taken.commandLine);
  tell("training job", taken.job);
  tellPhases(jobs.slice(1));
  const [job, plain] = [median(taken.job), median(taken.commandLine)];
  say(`the job takes ${(job / plain).toFixed(2)} times as long`);
  const overhead = job - plain;
  bound(`the platform adds less than ${overheadMsMax} ms`, inMs(overhead), overhead < overheadMsMax);
} finally {
  await rm(folder, { recursive: true });
}

function configuration(): string {
  const own = { ...hyperparameters, nthread: "2", eval_train: "1", task: "train", model_out: "model.json" };
  const lines = Object.entries(own).map(([name, value]) => `${name} = ${value}`);
  return [...lines, 'data = "train.csv?format=csv&label_column=0"', ""].join("\n");
}

async function trainOnCommandLine(): Promise<void> {
  const { code, stderr } = await run("xgboost", ["train.conf"], { folder });
  if (code !== 0) throw new Error(`xgboost ended with ${code}: ${stderr}`);
}

/** Medians of the time in each phase, as SecondaryStatusTransitions tells it. */
function tellPhases(jobs: readonly DescribeTrainingJobResponse[]): void {
  const phases = new Map<string, number[]>();
  for (const { SecondaryStatusTransitions = [] } of jobs) {
    for (const { Status = "", StartTime, EndTime } of SecondaryStatusTransitions) {
      if (StartTime === undefined || EndTime === undefined) continue;
      const taken = phases.get(Status) ?? [];
      phases.set(Status, [...taken, EndTime.getTime() - StartTime.getTime()]);
    }
  }
  for (const [phase, ms] of phases) tell(`  ${phase}`, ms);
}
