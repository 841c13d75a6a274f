import type { Permission } from "../../access/index.ts";
import { isJobSession } from "../enclosure/index.ts";
import type { Submitter } from "../enclosure/index.ts";
import { faultText, untilWritten, type Log } from "../../platform/index.ts";
import { faultOf, hostsBeyond } from "./check-request.ts";
import { failureReasonOf, JobFailure } from "./failure.ts";
import { isEnded, noEvidence } from "./job.ts";
import type { Job, JobFilter, JobPins, ProcessingJob, SecondaryStatus, TrainingJob } from "./job.ts";
import type { JobStore } from "./job-store.ts";
import { jobPermissions, keysOf } from "./permissions.ts";
import type { KeyArnOf } from "./permissions.ts";
import { jobArn, jobNameOf } from "./request.ts";
import type { JobKind, JobRequest } from "./request.ts";
import { runJob } from "./run-job.ts";
import type { RunMeans, RunOutcome, RunReport } from "./run-job.ts";
import { advance, begin } from "./transitions.ts";
import { serverEnds } from "./watch-over.ts";

export interface Submission {
  readonly job: JobRequest;
  readonly submitter: Submitter;
  readonly pins?: JobPins;
}

export type SubmitOutcome =
  | { readonly kind: "queued"; readonly job: Job }
  | { readonly kind: "invalid"; readonly message: string }
  | { readonly kind: "name-taken"; readonly arn: string }
  | { readonly kind: "too-many"; readonly limit: number }
  | { readonly kind: "too-many-hosts"; readonly asked: number; readonly limit: number; readonly instanceType: string };

export interface Jobs extends AsyncDisposable {
  /** ② What somebody must be allowed to submit a job. Ask for it in the same breath as `submit`. */
  permissionsFor(job: JobRequest): readonly Permission[];
  submit(submission: Submission): SubmitOutcome;
  get(kind: "training", name: string): TrainingJob | undefined;
  get(kind: "processing", name: string): ProcessingJob | undefined;
  list(filter: JobFilter): Job[];
  /** `reason`: why, where a rule stops it; the job says so as its FailureReason. */
  stop(kind: JobKind, name: string, reason?: string): "stopping" | "ended" | "no-such-job";
  /** Called with every job whose state or evidence has changed, after it was stored. */
  observe(observer: (job: Job) => void): void;
  /** Resolves once the job has ended. */
  ended(kind: JobKind, name: string): Promise<Job | undefined>;
  /**
   * Takes up what an earlier server left: whatever had begun to upload is Failed, whatever was being
   * stopped is Stopped, everything else begins again. Call it once, when the server is ready.
   */
  recover(): void;
}

export interface JobsSettings {
  readonly region: string;
  readonly accountId: string;
  readonly atOnceMax: number;
  readonly keyArnOf: KeyArnOf;
  /** Jobs that have not ended; a further one is refused. 1000 unless given. */
  readonly unfinishedMax?: number;
}

const unfinishedDefault = 1000;

const interrupted =
  "InternalServerError: the server was stopped while the job's results were uploaded. What had arrived is kept; start the job again.";

export function openJobs(store: JobStore, means: RunMeans, log: Log, settings: JobsSettings): Jobs {
  return new JobQueue(store, means, log, settings);
}

interface Running {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** Asked for by a job. */
  readonly isInner: boolean;
}

/** Whether a job was asked for with the credentials that a job or an endpoint is given. */
function isFromInside({ submitter: { principal, origin } }: Job): boolean {
  return origin.kind === "vpc" && principal.kind === "role-session" && isJobSession(principal.sessionName);
}

class JobQueue implements Jobs {
  readonly #store: JobStore;
  readonly #means: RunMeans;
  readonly #log: Log;
  readonly #settings: JobsSettings;
  readonly #waiting: Job[] = [];
  readonly #running = new Map<string, Running>();
  readonly #observers: ((job: Job) => void)[] = [];
  #isClosed = false;

  constructor(store: JobStore, means: RunMeans, log: Log, settings: JobsSettings) {
    this.#store = store;
    this.#means = means;
    this.#log = log;
    this.#settings = settings;
  }

  permissionsFor(job: JobRequest): readonly Permission[] {
    return jobPermissions(job, this.#settings, this.#settings.keyArnOf);
  }

  submit({ job: asked, submitter, pins }: Submission): SubmitOutcome {
    const message = faultOf(asked, this.#means.images, this.#means.enclosures.encryptionFault);
    if (message !== undefined) return { kind: "invalid", message };
    const beyond = hostsBeyond(asked);
    if (beyond !== undefined) return { kind: "too-many-hosts", ...beyond };
    const limit = this.#settings.unfinishedMax ?? unfinishedDefault;
    if (this.#waiting.length + this.#running.size >= limit) return { kind: "too-many", limit };
    const { region, accountId, keyArnOf } = this.#settings;
    const now = this.#now();
    const name = jobNameOf(asked);
    const arn = jobArn(region, accountId, asked.kind, name);
    const unusable = this.#means.enclosures.roleFault(submitter, asked.request.RoleArn, arn);
    if (unusable !== undefined) return { kind: "invalid", message: unusable };
    const job: Job = {
      ...asked,
      arn,
      name,
      accountId,
      region,
      submitter,
      ...begin(now),
      createdAt: now,
      evidence: noEvidence,
      keys: keysOf(asked, keyArnOf),
      ...(pins === undefined ? {} : { pins }),
    };
    if (!this.#store.add(job)) return { kind: "name-taken", arn: job.arn };
    this.#tell(job);
    this.#waiting.push(job);
    setImmediate(() => this.#pump());
    return { kind: "queued", job };
  }

  get(kind: "training", name: string): TrainingJob | undefined;
  get(kind: "processing", name: string): ProcessingJob | undefined;
  get(kind: JobKind, name: string): Job | undefined {
    return this.#store.get(kind, name);
  }

  list(filter: JobFilter): Job[] {
    return this.#store.list(filter);
  }

  stop(kind: JobKind, name: string, reason?: string): "stopping" | "ended" | "no-such-job" {
    const job = this.#store.get(kind, name);
    if (job === undefined) return "no-such-job";
    if (isEnded(job)) return "ended";
    this.#change(job, (current) => advance(current, "Stopping", this.#now(), reason));
    const running = this.#running.get(job.arn);
    if (running !== undefined) running.abort.abort("stop");
    else this.#drop(job);
    return "stopping";
  }

  observe(observer: (job: Job) => void): void {
    this.#observers.push(observer);
  }

  async ended(kind: JobKind, name: string): Promise<Job | undefined> {
    for (let job = this.#store.get(kind, name); job !== undefined; job = this.#store.get(kind, name)) {
      if (isEnded(job)) return job;
      await (this.#running.get(job.arn)?.done ?? new Promise((resolve) => setTimeout(resolve, 20)));
    }
    return undefined;
  }

  recover(): void {
    for (const job of this.#store.unfinished()) {
      if (job.status === "Stopping") this.#change(job, (current) => advance(current, "Stopped", this.#now()));
      else if (job.secondaryStatus === "Uploading") this.#fail(job, interrupted);
      else this.#waiting.push(this.#restarted(job));
    }
    this.#pump();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(serverEnds);
    await Promise.all(running.map(({ done }) => done));
  }

  #restarted(job: Job): Job {
    const begunAgain = this.#change(job, (current) => {
      const started = advance(current, "Starting", this.#now());
      return started && { ...started, evidence: noEvidence };
    });
    return begunAgain ?? job;
  }

  /**
   * Starts waiting jobs, in their order, as long as there is room. Jobs that a running job asked for have
   * room of their own: it waits for them, and so would they for its place.
   */
  #pump(): void {
    if (this.#isClosed) return;
    for (;;) {
      const index = this.#waiting.findIndex((job) => this.#hasRoom(isFromInside(job)));
      const [job] = index === -1 ? [] : this.#waiting.splice(index, 1);
      if (job === undefined) return;
      const abort = new AbortController();
      const done = this.#run(job, abort.signal).finally(() => {
        this.#running.delete(job.arn);
        this.#pump();
      });
      this.#running.set(job.arn, { abort, done, isInner: isFromInside(job) });
    }
  }

  #hasRoom(isInner: boolean): boolean {
    const count = this.#running.values().filter((run) => run.isInner === isInner);
    return [...count].length < this.#settings.atOnceMax;
  }

  async #run(job: Job, signal: AbortSignal): Promise<void> {
    // The caller puts the run on its list first, so that a stop finds it.
    await Promise.resolve();
    try {
      const outcome = await runJob(this.#means, job, this.#reportOf(job), signal);
      if (signal.reason !== serverEnds) await this.#untilWritten(job, () => this.#finish(job, outcome));
    } catch (error) {
      // A run that the server's end broke off is taken up again by recover().
      if (signal.reason === serverEnds) return;
      if (!(error instanceof JobFailure)) this.#logFailure(job, error);
      await this.#untilWritten(job, () => this.#fail(job, failureReasonOf(error)));
    }
  }

  /** A job that has ended is told so, though the disk be full for a while; where the server ends first, it begins again. */
  async #untilWritten(job: Job, write: () => void): Promise<void> {
    await untilWritten(write, {
      onFault: (error) => this.#logFailure(job, error),
      isOver: () => this.#isClosed,
    });
  }

  #reportOf(job: Job): RunReport {
    return {
      step: (status) => void this.#change(job, (current) => advance(current, status, this.#now())),
      started: () => void this.#change(job, (current) => ({ ...current, startedAt: this.#now() })),
      evidence: (part) => {
        this.#change(job, (current) => ({ ...current, evidence: { ...current.evidence, ...part } }));
      },
      exitMessage: (text) => void this.#change(job, (current) => ({ ...current, exitMessage: text })),
    };
  }

  #finish(job: Job, outcome: RunOutcome): void {
    const steps: Readonly<Record<RunOutcome, SecondaryStatus>> = {
      completed: "Completed",
      stopped: "Stopped",
      "max-runtime-exceeded": "MaxRuntimeExceeded",
    };
    this.#change(job, (current) => advance(current, steps[outcome], this.#now()));
  }

  #fail(job: Job, reason: string): void {
    this.#change(job, (current) => advance(current, "Failed", this.#now(), reason));
  }

  /** A job that was stopped before it ran. */
  #drop(job: Job): void {
    const index = this.#waiting.findIndex(({ arn }) => arn === job.arn);
    if (index !== -1) this.#waiting.splice(index, 1);
    this.#change(job, (current) => advance(current, "Stopped", this.#now()));
  }

  #change(job: Job, change: (job: Job) => Job | undefined): Job | undefined {
    const changed = this.#store.update(job.kind, job.name, change);
    if (changed !== undefined) this.#tell(changed);
    return changed;
  }

  /** What is told is stored already: an observer that fails does not change what happened. */
  #tell(job: Job): void {
    for (const observer of this.#observers) {
      try {
        observer(job);
      } catch (error) {
        this.#logFailure(job, error);
      }
    }
  }

  #logFailure(job: Job, error: unknown): void {
    this.#log.error("a job failed in the server", { kind: job.kind, fault: faultText(error) });
  }

  #now(): number {
    return this.#means.clock.now().getTime();
  }
}
