import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { Store } from "../../artifacts/index.ts";
import type { Clock } from "../../platform/index.ts";
import { readInside } from "../archive/index.ts";
import type { Cluster, Enclosed, Enclosures } from "../enclosure/index.ts";
import type { Images, ResolvedImage } from "../images/index.ts";
import type { LineWriter, Logs } from "../logs/index.ts";
import { bringInputs } from "./bring-inputs.ts";
import { algorithmError, clientError, failureCharactersMax, JobFailure, volumeFull } from "./failure.ts";
import type { Job, JobEvidence, SecondaryStatus } from "./job.ts";
import type { JobPlan } from "./job-plan.ts";
import { planOf } from "./plan.ts";
import { resourceConfigOf } from "./resource-config.ts";
import { runHosts } from "./run-hosts.ts";
import type { HostsEnding } from "./run-hosts.ts";
import { takeOutputs } from "./upload.ts";
import { serverEnds } from "./watch-over.ts";

export interface RunMeans {
  readonly enclosures: Pick<Enclosures, "openCluster" | "roleFault" | "encryptionFault">;
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
 * The life of a job: image, enclosures, inputs, containers, outputs. ⑧ Everything that it used is reported as
 * evidence.
 */
export async function runJob(means: RunMeans, job: Job, report: RunReport, signal: AbortSignal): Promise<RunOutcome> {
  const plan = planOf(job);
  const resolving = means.images.resolve(plan.imageUri);
  const opened = await means.enclosures.openCluster({
    ownerArn: job.arn,
    name: job.name,
    submitter: job.submitter,
    roleArn: plan.roleArn,
    isIsolated: plan.isIsolated,
    hostCount: plan.hostCount,
    volumeSizeGiB: plan.volumeSizeGiB,
    isTrafficEncrypted: plan.isTrafficEncrypted,
    ...(plan.vpc === undefined ? {} : { vpc: plan.vpc }),
    ...(plan.volumeKmsKeyId === undefined ? {} : { volumeKmsKeyId: plan.volumeKmsKeyId }),
  });
  if (opened.kind === "refused") throw clientError(opened.message);
  await using cluster = opened;
  const image = demandImage(await resolving, plan);
  return await unbroken(cluster, () => runOn(cluster, image, { means, job, plan, report, signal }));
}

/**
 * Throws JobFailure where something of the enclosure ended meanwhile: ④ whatever went on without it is not the job that
 * was asked for.
 */
async function unbroken<T>({ broken }: Cluster, work: () => Promise<T>): Promise<T> {
  let breach: string | undefined;
  void broken.then((why) => (breach = why));
  const failure = () => new JobFailure(`InternalServerError: ${breach}, and the job with it. Try again.`);
  const result = await work().catch((error: unknown) => {
    throw breach === undefined ? error : failure();
  });
  if (breach !== undefined) throw failure();
  return result;
}

interface Run {
  readonly means: RunMeans;
  readonly job: Job;
  readonly plan: JobPlan;
  readonly report: RunReport;
  readonly signal: AbortSignal;
}

async function runOn(cluster: Cluster, image: ResolvedImage, run: Run): Promise<RunOutcome> {
  const { means, job, plan, report, signal } = run;
  const { hosts } = cluster;
  const { volumeKeyArn } = hosts[0];
  report.evidence({ image: { uri: image.uri, digest: image.digest }, volumeKeyArn });
  for (const host of hosts) await prepare(host, plan, hosts);
  if (isAborted(signal)) return "stopped";
  report.step("Downloading");
  const inputs = await bringInputs({ objects: means.objects, hosts, signal }, plan);
  if (isAborted(signal)) return "stopped";
  report.evidence({ inputs });
  const openLog = logOpener(means, job, plan);
  report.step("Training");
  report.started();
  const now = () => means.clock.now().getTime();
  const ending = await runHosts({ plan, image, signal, openLog, now }, cluster);
  report.evidence({ metrics: ending.metrics });
  if (isAborted(signal) && signal.reason === serverEnds) return "stopped";
  await readExplanation(plan, hosts, ending, report);
  const isWhole = ending.kind === "exited";
  if (isWhole || job.kind === "training") {
    report.step("Uploading");
    // Without a word the disk may have lost what it had no room for.
    await Promise.all(hosts.map(({ volume }) => volume.settle()));
    report.evidence({ outputs: await takeOutputs({ objects: means.objects, hosts, openLog }, plan, isWhole) });
  }
  if (isAborted(signal)) return "stopped";
  return ending.kind === "exited" ? "completed" : ending.kind;
}

/** A stream for each host, all of one run under the time at which it began. */
function logOpener(means: RunMeans, job: Job, plan: JobPlan): (hostName: string) => LineWriter {
  const begunAt = Math.floor(means.clock.now().getTime() / 1000);
  return (hostName) => means.logs.open(plan.logGroup, `${job.name}/${hostName}-${begunAt}`);
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

async function prepare(host: Enclosed, plan: JobPlan, hosts: readonly Enclosed[]): Promise<void> {
  for (const folder of plan.folders) await mkdir(join(host.root, folder), { recursive: true });
  for (const { path, content } of plan.files) await host.write(path, content);
  const config = resourceConfigOf(
    plan,
    host.hostName,
    hosts.map(({ hostName }) => hostName),
  );
  await host.write(plan.resourceConfigPath, JSON.stringify(config));
}

/**
 * Reads what the containers say about their end: the one that failed, or the first that says anything. Throws
 * JobFailure if one failed.
 */
async function readExplanation(
  plan: JobPlan,
  hosts: readonly Enclosed[],
  { failed }: HostsEnding,
  report: RunReport,
): Promise<void> {
  const path = plan.explanation.file.split("/");
  let bytes: Buffer | undefined;
  for (const { root } of failed === undefined ? hosts : [failed.host])
    bytes ??= await readInside(4 * failureCharactersMax, root, ...path);
  if (plan.explanation.isExitMessage && bytes !== undefined) {
    const message = bytes.subarray(0, failureCharactersMax);
    if (!isUtf8(bytes)) throw clientError("the exit message in /opt/ml/output/message is not UTF-8");
    report.exitMessage(message.toString().replace(/\ufffd+$/u, ""));
  }
  if (failed === undefined) return;
  const hostName = hosts.length === 1 ? undefined : failed.host.hostName;
  if (failed.exit.reason !== "out-of-memory" && (await failed.host.volume.isFull()))
    throw volumeFull(plan.volumeSizeGiB, hostName);
  throw algorithmError(failed.exit, bytes?.toString().slice(0, failureCharactersMax), hostName);
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
