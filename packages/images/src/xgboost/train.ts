import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  DMatrix,
  type Hyperparameters,
  readHyperparameters,
  type Score,
  train as boost,
  type Trained,
  type TrainOptions,
  XgboostError,
} from "@strongroom/xgboost";
import { readChannel } from "./channels.ts";
import { checkpointFolder, removeScratch } from "./checkpoint-folder.ts";
import { type Contract, contractAt, JobFailure, readConfig } from "./contract.ts";
import { checkLabels } from "./labels.ts";
import { openLibrary } from "./library.ts";

/** Threads when the job does not say. Fixed, so that a job does not depend on the machine that it meets. */
const threadsDefault = 2;
const threadsMax = 256;

/** The first kilobyte becomes the job's FailureReason. */
const failureCharactersMax = 1024;

/**
 * The `train` program of the XGBoost image.
 * @param x.root the container's folder, /opt/ml
 * @param x.print takes one line of the job's log
 * @param x.signal aborted when the job is to stop
 * @returns the exit code: 0, or 1 with the reason in output/failure
 */
export async function train(x: {
  root: string;
  print: (line: string) => unknown;
  signal: AbortSignal;
}): Promise<0 | 1> {
  const contract = contractAt(x.root);
  try {
    await run(contract, x.print, x.signal);
    return 0;
  } catch (error) {
    const expected = error instanceof JobFailure || error instanceof XgboostError;
    const sentence = error instanceof Error ? error.message : String(error);
    const reason = expected ? sentence : `The training program failed unexpectedly: ${sentence}`;
    mkdirSync(dirname(contract.failureFile), { recursive: true });
    writeFileSync(contract.failureFile, reason.slice(0, failureCharactersMax));
    x.print(`[ERROR] ${reason}`);
    if (!expected && error instanceof Error && error.stack !== undefined) x.print(error.stack);
    return 1;
  } finally {
    removeScratch();
  }
}

async function run(contract: Contract, print: (line: string) => unknown, signal: AbortSignal): Promise<void> {
  const hyperparameters = readSettings(contract);
  const channels = readChannels(contract);
  oneHostOnly(contract);
  const nthread = hyperparameters.nthread ?? threadsDefault;
  if (nthread > threadsMax) throw new JobFailure(`Hyperparameter nthread=${nthread} is more than ${threadsMax}.`);

  const { csvWeights } = hyperparameters;
  const training = readChannel(contract, "train", { contentType: channels.train, csvWeights });
  print(`[INFO] train: ${training.matrix.rows} rows, ${training.matrix.columns} features`);
  const { columns } = training.matrix;
  const held =
    channels.validation === undefined
      ? undefined
      : readChannel(contract, "validation", { contentType: channels.validation, csvWeights, columns });
  if (held !== undefined) print(`[INFO] validation: ${held.matrix.rows} rows, ${held.matrix.columns} features`);
  if (hyperparameters.earlyStoppingRounds !== undefined && held === undefined) {
    throw new JobFailure("Hyperparameter early_stopping_rounds needs a validation channel, and there is none.");
  }

  checkLabels("train", training, hyperparameters);
  if (held !== undefined) checkLabels("validation", held, hyperparameters);

  const library = openLibrary(nthread);
  print(`[INFO] XGBoost ${library.version}, ${nthread} threads`);
  using trainMatrix = DMatrix.create(library, training.matrix, infoOf(training));
  using heldMatrix = held === undefined ? undefined : DMatrix.create(library, held.matrix, infoOf(held));
  const dataset = { name: "train", matrix: trainMatrix };
  const checkpoints = readConfig(contract, "checkpointconfig.json") && checkpointFolder(contract.checkpoints);
  if (checkpoints?.resume !== undefined) print(`[INFO] resuming after round ${checkpoints.resume.iteration}`);
  const trained = await boost(library, {
    ...settingsOf(hyperparameters, nthread),
    train: dataset,
    evaluate: heldMatrix === undefined ? [dataset] : [dataset, { name: "validation", matrix: heldMatrix }],
    onRound: (iteration, scores) => print(logLine(iteration, scores)),
    signal,
    ...(checkpoints === undefined ? {} : { checkpoints }),
  });
  finish(contract, trained, hyperparameters, print);
}

function settingsOf(hyperparameters: Hyperparameters, nthread: number) {
  const { parameters, metrics, rounds, seed, earlyStoppingRounds } = hyperparameters;
  const own = [
    ["nthread", String(nthread)],
    // The library then says in the log which parameters the chosen booster has no use for.
    ["validate_parameters", "1"],
  ] as const;
  const settings = { parameters: [...parameters, ...own], metrics, rounds, seed };
  return (
    earlyStoppingRounds === undefined ? settings : { ...settings, earlyStoppingRounds }
  ) satisfies Partial<TrainOptions>;
}

function finish(
  contract: Contract,
  trained: Trained,
  settings: Hyperparameters,
  print: (line: string) => unknown,
): void {
  using booster = trained.booster;
  if (trained.ended === "stopped" && !(settings.saveModelOnTermination && trained.rounds > 0)) {
    throw new JobFailure("The training was stopped; no model was kept (save_model_on_termination is not set).");
  }
  mkdirSync(dirname(contract.modelFile), { recursive: true });
  writeFileSync(contract.modelFile, booster.save("json"));
  const best = trained.bestIteration === undefined ? "" : `, best round ${trained.bestIteration}`;
  print(`[INFO] model of ${trained.rounds} rounds saved (${trained.ended}${best})`);
}

function readSettings(contract: Contract): Hyperparameters {
  const given = readConfig(contract, "hyperparameters.json") ?? {};
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "string") throw new JobFailure(`Hyperparameter ${name} is not a text.`);
    texts[name] = value;
  }
  const read = readHyperparameters(texts);
  if (read.kind === "invalid") throw new JobFailure(read.messages.join(" "));
  return read.hyperparameters;
}

function readChannels(contract: Contract): { readonly train: string; readonly validation?: string } {
  const channels = readConfig(contract, "inputdataconfig.json") ?? {};
  for (const name of Object.keys(channels)) {
    if (name !== "train" && name !== "validation") {
      throw new JobFailure(`Channel "${name}" is unknown; the channels are train (required) and validation.`);
    }
  }
  if (!Object.hasOwn(channels, "train")) throw new JobFailure('The required channel "train" is missing.');
  const train = contentTypeOf("train", channels["train"]);
  return Object.hasOwn(channels, "validation")
    ? { train, validation: contentTypeOf("validation", channels["validation"]) }
    : { train };
}

function contentTypeOf(channel: string, config: unknown): string {
  const given = typeof config === "object" && config !== null ? (config as Record<string, unknown>) : {};
  const mode = given["TrainingInputMode"] ?? "File";
  if (mode !== "File")
    throw new JobFailure(`Channel "${channel}" has input mode ${JSON.stringify(mode)}; only File is supported.`);
  const type = given["ContentType"] ?? "text/libsvm";
  return typeof type === "string" && type !== "" ? type : "text/libsvm";
}

function oneHostOnly(contract: Contract): void {
  const hosts = readConfig(contract, "resourceconfig.json")?.["hosts"];
  if (Array.isArray(hosts) && hosts.length > 1) {
    throw new JobFailure(`The job has ${hosts.length} instances; this image trains on one.`);
  }
}

function infoOf(data: { readonly labels: Float32Array; readonly weights?: Float32Array }) {
  return data.weights === undefined ? { labels: data.labels } : { labels: data.labels, weights: data.weights };
}

/** `[3]#011train-auc:0.81234`: the tab between the fields as CloudWatch shows it, which metric definitions rely on. */
function logLine(iteration: number, scores: readonly Score[]): string {
  const fields = scores.map(({ dataset, metric, value }) => `#011${dataset}-${metric}:${value.toFixed(5)}`);
  return `[${iteration}]${fields.join("")}`;
}
