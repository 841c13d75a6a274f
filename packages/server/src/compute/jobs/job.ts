import type { Submitter } from "../enclosure/index.ts";
import type { JobKeys } from "./permissions.ts";
import type { JobKind, ProcessingJobRequest, TrainingJobRequest } from "./request.ts";

export type JobStatus = "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";

/** Where a job is, as SecondaryStatus says it; a processing job goes the same way without showing it. */
export type SecondaryStatus =
  | "Starting"
  | "Downloading"
  | "Training"
  | "Uploading"
  | "Stopping"
  | "Stopped"
  | "MaxRuntimeExceeded"
  | "Completed"
  | "Failed";

export interface Transition {
  readonly status: SecondaryStatus;
  /** Epoch milliseconds. */
  readonly startTime: number;
  readonly endTime?: number;
  readonly message: string;
}

/** An object of a bucket in one version, as a job read or wrote it. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface InputEvidence {
  /** The channel, or the processing input. */
  readonly name: string;
  readonly s3Uri: string;
  readonly objects: readonly ObjectVersion[];
}

export interface OutputEvidence {
  readonly name: string;
  readonly objects: readonly ObjectVersion[];
}

/** What a run really used and made: the ground of provenance. */
export interface JobEvidence {
  readonly image?: { readonly uri: string; readonly digest: string };
  readonly volumeKeyArn?: string;
  readonly outputKeyId?: string;
  readonly inputs: readonly InputEvidence[];
  readonly outputs: readonly OutputEvidence[];
  readonly metrics: readonly MetricValue[];
}

export interface MetricValue {
  readonly name: string;
  readonly value: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** What a reproduction is held to: the recorded object versions and the recorded image. */
export interface JobPins {
  readonly inputs: readonly InputEvidence[];
  readonly imageDigest: string;
}

interface JobState {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  /** Who asked for it: iam:PassRole is checked against them again when the job starts. */
  readonly submitter: Submitter;
  readonly status: JobStatus;
  readonly secondaryStatus: SecondaryStatus;
  readonly transitions: readonly Transition[];
  readonly failureReason?: string;
  readonly exitMessage?: string;
  /** Epoch milliseconds, as all times here. */
  readonly createdAt: number;
  /** When the container started. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly modifiedAt: number;
  readonly evidence: JobEvidence;
  readonly pins?: JobPins;
  /** ② the keys that were decided on; what an alias comes to mean later does not change them. */
  readonly keys?: JobKeys;
}

export interface TrainingJob extends JobState {
  readonly kind: "training";
  readonly request: TrainingJobRequest;
}

export interface ProcessingJob extends JobState {
  readonly kind: "processing";
  readonly request: ProcessingJobRequest;
}

export type Job = TrainingJob | ProcessingJob;

export const noEvidence: JobEvidence = { inputs: [], outputs: [], metrics: [] };

export function isEnded(job: { readonly status: JobStatus }): boolean {
  return job.status === "Completed" || job.status === "Failed" || job.status === "Stopped";
}

/** Jobs by kind; one name is used once a kind. */
export interface JobFilter {
  readonly kind: JobKind;
  readonly status?: JobStatus | undefined;
  readonly nameContains?: string | undefined;
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  readonly modifiedAfter?: number | undefined;
  readonly modifiedBefore?: number | undefined;
  readonly sortBy: "Name" | "CreationTime" | "Status";
  readonly ascending: boolean;
  readonly skip: number;
  readonly limit: number;
}
