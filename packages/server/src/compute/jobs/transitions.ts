import { failureCharactersMax } from "./failure.ts";
import type { Job, JobStatus, SecondaryStatus, Transition } from "./job.ts";

type Changing = Pick<Job, "status" | "secondaryStatus" | "transitions" | "modifiedAt"> & {
  readonly failureReason?: string;
  readonly endedAt?: number;
};

const messages: Readonly<Record<SecondaryStatus, string>> = {
  Starting: "Preparing the instances for training",
  Downloading: "Downloading input data",
  Training: "Training image download completed. Training in progress.",
  Uploading: "Uploading generated training model",
  Stopping: "Stopping the training job",
  Stopped: "Training job stopped",
  MaxRuntimeExceeded: "Training job runtime exceeded MaxRuntimeInSeconds provided",
  Completed: "Training job completed",
  Failed: "Training job failed",
};

const primary: Readonly<Partial<Record<SecondaryStatus, JobStatus>>> = {
  Stopping: "Stopping",
  Stopped: "Stopped",
  MaxRuntimeExceeded: "Stopped",
  Completed: "Completed",
  Failed: "Failed",
};

/** Which steps may follow a step. A requeued job begins again at Starting. */
const next: Readonly<Record<SecondaryStatus, readonly SecondaryStatus[]>> = {
  Starting: ["Starting", "Downloading", "Stopping", "Stopped", "Failed"],
  Downloading: ["Starting", "Training", "Stopping", "Stopped", "Failed"],
  Training: ["Starting", "Uploading", "Stopping", "Stopped", "Failed", "MaxRuntimeExceeded"],
  Uploading: ["Stopping", "Stopped", "Completed", "Failed", "MaxRuntimeExceeded"],
  Stopping: ["Stopped", "Failed", "Completed"],
  Stopped: [],
  MaxRuntimeExceeded: [],
  Completed: [],
  Failed: [],
};

/** The first state of a job. */
export function begin(now: number): Pick<Job, "status" | "secondaryStatus" | "transitions" | "modifiedAt"> {
  return {
    status: "InProgress",
    secondaryStatus: "Starting",
    transitions: [{ status: "Starting", startTime: now, message: messages.Starting }],
    modifiedAt: now,
  };
}

/**
 * The state after the step to `status`; undefined if that step cannot follow, so that a late caller (a
 * stop request after the end, say) changes nothing. A job that is being stopped keeps that status until it
 * has ended.
 */
export function advance<J extends Changing>(
  job: J,
  status: SecondaryStatus,
  now: number,
  reason?: string,
): J | undefined {
  if (!next[job.secondaryStatus].includes(status)) return undefined;
  const told = toldReason(job, status, reason);
  const message = told !== undefined && explained.has(status) ? told : messages[status];
  const ended = next[status].length === 0;
  const opened: Transition = { status, startTime: now, message, ...(ended ? { endTime: now } : {}) };
  return {
    ...job,
    status: primary[status] ?? "InProgress",
    secondaryStatus: status,
    transitions: [...closeLast(job.transitions, now), opened],
    modifiedAt: now,
    ...(told === undefined ? {} : { failureReason: told }),
    ...(ended ? { endedAt: now } : {}),
  };
}

/** Steps whose message says why the job does not go on. */
const explained: ReadonlySet<SecondaryStatus> = new Set(["Stopping", "Stopped", "Failed"]);

/** ② a job that a rule stopped says so to its end, also where it fails on the way. */
function toldReason(job: Changing, status: SecondaryStatus, reason: string | undefined): string | undefined {
  const before = job.failureReason;
  if (before === undefined || reason === undefined || status !== "Failed") return reason ?? before;
  return `${before}; ${reason}`.slice(0, failureCharactersMax);
}

function closeLast(transitions: readonly Transition[], now: number): Transition[] {
  const last = transitions.at(-1);
  if (last === undefined) return [];
  return [...transitions.slice(0, -1), { ...last, endTime: last.endTime ?? now }];
}
