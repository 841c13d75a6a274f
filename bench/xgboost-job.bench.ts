/**
 * A training job from CreateTrainingJob to Completed, asked for every 10 ms, against the `xgboost`
 * command line on the same file with the same parameters. What the job takes longer is the platform's:
 * network, volume, sandbox, transfers, records, and starting the image's own runtime.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeLogStreamsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { DescribeTrainingJobResponse } from "@aws-sdk/client-sagemaker";
import { run, startHouseProcess, type Clients } from "@strongroom/testkit";
import { bound, inMs, interleaved, median, say, tell, tellMachine, timed } from "./measure.ts";
import { hyperparameters, openWorkplace, trainJob } from "./workplace.ts";

const rounds = 5;
const overheadMsMax = 1000;

/** What the lines of the job's log mark the end of. */
const marks: readonly (readonly [name: string, line: RegExp])[] = [
  ["sandbox, Node, reading the table", /INFO\] train: /],
  ["loading the library", /INFO\] XGBoost /],
  ["first round", /^\[0\]/],
  ["other rounds", /^\[99\]/],
  ["saving the model", /INFO\] model of/],
];

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
  await tellPhases(house.clients, jobs.slice(1));
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
  // As the image does it: threads that wait do not spin, which takes many times as long on a busy machine.
  const environment = { OMP_WAIT_POLICY: "passive" };
  const { code, stderr } = await run("xgboost", ["train.conf"], { folder, environment });
  if (code !== 0) throw new Error(`xgboost ended with ${code}: ${stderr}`);
}

/** Medians of the time in each phase, as SecondaryStatusTransitions tells it, and where the time of Training goes. */
async function tellPhases(clients: Clients, jobs: readonly DescribeTrainingJobResponse[]): Promise<void> {
  const phases = new Map<string, number[]>();
  const take = (phase: string, ms: number) => phases.set(phase, [...(phases.get(phase) ?? []), ms]);
  for (const job of jobs) {
    for (const { Status, StartTime, EndTime } of job.SecondaryStatusTransitions ?? []) {
      if (StartTime === undefined || EndTime === undefined || Status === "Completed") continue;
      take(Status ?? "?", EndTime.getTime() - StartTime.getTime());
      if (Status !== "Training") continue;
      let from = StartTime.getTime();
      for (const { name, at } of await marksOf(clients, job.TrainingJobName ?? "")) {
        take(`  ${name}`, at - from);
        from = at;
      }
      take("  exit and reaping", EndTime.getTime() - from);
    }
  }
  for (const [phase, ms] of phases) tell(`  ${phase}`, ms);
}

async function marksOf({ logs }: Clients, job: string): Promise<{ name: string; at: number }[]> {
  const logGroupName = "/aws/sagemaker/TrainingJobs";
  const { logStreams = [] } = await logs.send(
    new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${job}/` }),
  );
  const logStreamName = logStreams[0]?.logStreamName;
  const { events = [] } = await logs.send(
    new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
  );
  return marks.flatMap(([name, line]) => {
    const at = events.find(({ message = "" }) => line.test(message))?.timestamp;
    return at === undefined ? [] : [{ name, at }];
  });
}
