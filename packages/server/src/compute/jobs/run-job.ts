import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { Store } from "../../artifacts/index.ts";
import type { Clock } from "../../platform/index.ts";
import { readInside } from "../archive/index.ts";
import { limitsOf } from "../enclosure/index.ts";
import type { Enclosure, Enclosures } from "../enclosure/index.ts";
import type { Images, ResolvedImage } from "../images/index.ts";
import { escapeControls } from "../logs/index.ts";
import type { Logs } from "../logs/index.ts";
import type { SandboxExit } from "../sandbox/index.ts";
import { downloadInput } from "./download.ts";
import { algorithmError, clientError, failureCharactersMax } from "./failure.ts";
import type { InputEvidence, Job, JobEvidence, OutputEvidence, SecondaryStatus } from "./job.ts";
import { metricReader } from "./metrics.ts";
import { planOf } from "./plan.ts";
import type { JobPlan } from "./job-plan.ts";
import { uploadOutput } from "./upload.ts";
import { serverEnds, watchOver } from "./watch-over.ts";
import type { Ending } from "./watch-over.ts";

export interface RunMeans {
  readonly enclosures: Enclosures;
  readonly images: Images;
  readonly objects: Pick<Store, "get" | "list" | "put">;
  readonly logs: Pick<Logs, "open">;
  readonly clock: Clock;
}

/** How the run tells what happens; every call is durable when it returns. */
export interface RunReport {
  step(status: SecondaryStatus): void;
  started(): void;
  evidence(part: Partial<JobEvidence>): void;
  exitMessage(text: string): void;
}

/** How a run ended that did not fail. A failure is thrown as JobFailure. */
export type RunOutcome = "completed" | "stopped" | "max-runtime-exceeded";

/**
 * The life of a job: image, enclosure, inputs, container, outputs. ⑧ Everything that it used is reported as
 * evidence.
 */
export async function runJob(means: RunMeans, job: Job, report: RunReport, signal: AbortSignal): Promise<RunOutcome> {
  const plan = planOf(job);
  const resolving = means.images.resolve(plan.imageUri);
  const opened = await means.enclosures.open({
    ownerArn: job.arn,
    name: job.name,
    submitter: job.submitter,
    roleArn: plan.roleArn,
    isIsolated: plan.isIsolated,
    ...(plan.vpc === undefined ? {} : { vpc: plan.vpc }),
    ...(plan.volumeKmsKeyId === undefined ? {} : { volumeKmsKeyId: plan.volumeKmsKeyId }),
  });
  if (opened.kind === "refused") throw clientError(opened.message);
  await using enclosure = opened;
  const image = demandImage(await resolving, plan);
  const { volumeKeyArn } = enclosure;
  report.evidence({ image: { uri: image.uri, digest: image.digest }, volumeKeyArn });
  await prepare(enclosure, plan);
  if (isAborted(signal)) return "stopped";
  report.step("Downloading");
  const inputs = await bringInputs(means, enclosure, plan, signal);
  if (isAborted(signal)) return "stopped";
  report.evidence({ inputs });
  const ending = await runContainer({ means, job, plan, image, report, signal }, enclosure);
  if (isAborted(signal) && signal.reason === serverEnds) return "stopped";
  await readExplanation(plan, enclosure, ending, report);
  const isWhole = ending.kind === "exited";
  if (isWhole || job.kind === "training") {
    report.step("Uploading");
    report.evidence({ outputs: await takeOutputs(means, enclosure, plan, isWhole) });
  }
  if (isAborted(signal)) return "stopped";
  return ending.kind === "exited" ? "completed" : ending.kind;
}

/** Asked anew after every wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** ⑧ The image as it is now; a reproduction takes no other than the recorded one. */
function demandImage(image: ResolvedImage | { readonly problem: string }, plan: JobPlan): ResolvedImage {
  if ("problem" in image) throw clientError(image.problem);
  if (plan.pins !== undefined && plan.pins.imageDigest !== image.digest) {
    throw clientError(
      `the image ${plan.imageUri} is not what was recorded: its digest is ${image.digest}, recorded is ${plan.pins.imageDigest}`,
    );
  }
  return image;
}

async function prepare(enclosure: Enclosure, plan: JobPlan): Promise<void> {
  for (const folder of plan.folders) await mkdir(join(enclosure.root, folder), { recursive: true });
  for (const { path, content } of plan.files) await enclosure.write(path, content);
}

async function bringInputs(
  { objects }: RunMeans,
  enclosure: Enclosure,
  plan: JobPlan,
  signal: AbortSignal,
): Promise<InputEvidence[]> {
  const evidence: InputEvidence[] = [];
  for (const input of plan.inputs) {
    const pinned = plan.pins?.inputs.find(({ name }) => name === input.name);
    if (plan.pins !== undefined && pinned === undefined) {
      throw clientError(`the input ${input.name} has no recorded versions`);
    }
    const download = { store: objects, authority: enclosure.authority(), root: enclosure.root, signal };
    try {
      evidence.push(await downloadInput(download, input, pinned));
    } catch (error) {
      if (!isAborted(signal)) throw error;
      return evidence;
    }
  }
  return evidence;
}

interface ContainerRun {
  readonly means: RunMeans;
  readonly job: Job;
  readonly plan: JobPlan;
  readonly image: ResolvedImage;
  readonly report: RunReport;
  readonly signal: AbortSignal;
}

async function runContainer(run: ContainerRun, enclosure: Enclosure): Promise<Ending> {
  const { means, job, plan, image, report, signal } = run;
  const begunAt = Math.floor(means.clock.now().getTime() / 1000);
  using log = means.logs.open(plan.logGroup, `${job.name}/algo-1-${begunAt}`);
  const metrics = metricReader(plan.metrics, image.isManagedAlgorithm);
  report.step("Training");
  report.started();
  await using sandbox = await enclosure.start({
    image: plan.entrypoint === undefined ? image.spec : { ...image.spec, argv: plan.entrypoint },
    args: plan.args,
    environment: plan.environment,
    limits: limitsOf(plan.instanceType) ?? {},
    onOutput(line) {
      log.line(escapeControls(line));
      metrics.line(line, means.clock.now().getTime());
    },
  });
  const ending = await watchOver(sandbox, plan.maxRuntimeSeconds, signal);
  report.evidence({ metrics: metrics.values() });
  return ending;
}

/** Reads what the container says about its end; throws JobFailure if it failed. */
async function readExplanation(plan: JobPlan, enclosure: Enclosure, ending: Ending, report: RunReport): Promise<void> {
  const bytes = await readInside(4 * failureCharactersMax, enclosure.root, ...plan.explanation.file.split("/"));
  if (plan.explanation.isExitMessage && bytes !== undefined) {
    const message = bytes.subarray(0, failureCharactersMax);
    if (!isUtf8(bytes)) throw clientError("the exit message in /opt/ml/output/message is not UTF-8");
    report.exitMessage(message.toString().replace(/\ufffd+$/u, ""));
  }
  if (ending.kind === "exited" && hasFailed(ending.exit)) {
    throw algorithmError(ending.exit, bytes?.toString().slice(0, failureCharactersMax));
  }
}

function hasFailed(exit: SandboxExit): boolean {
  return exit.code !== 0;
}

/** The last character may be cut, since only the beginning of the file is read. */
function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** A training job that was stopped keeps what it has of a model; there may be none. */
async function takeOutputs(
  { objects }: RunMeans,
  enclosure: Enclosure,
  plan: JobPlan,
  isWhole: boolean,
): Promise<OutputEvidence[]> {
  const evidence: OutputEvidence[] = [];
  for (const output of plan.outputs) {
    const upload = {
      store: objects,
      authority: enclosure.authority(),
      root: enclosure.root,
      kmsKeyId: plan.outputKmsKeyId,
    };
    evidence.push(await uploadOutput(upload, output, isWhole));
  }
  return evidence;
}
