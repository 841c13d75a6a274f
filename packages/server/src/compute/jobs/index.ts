/**
 * Training and processing jobs: one engine for both.
 *
 * Promise: a job that was accepted ends Completed, Failed with a reason that a data scientist understands, or
 * Stopped, also if the server is killed in between; what it used and made is on its record with digests.
 * Invariants: nothing of a job runs outside of an enclosure; plain bytes rest on its encrypted volume only;
 * no more than the set number of jobs run at the same time. Must not: talk HTTP, or decide permissions.
 */
export { jobMigrations, JobStore } from "./job-store.ts";
export { openJobs } from "./jobs.ts";
export type { Jobs, JobsSettings, Submission, SubmitOutcome } from "./jobs.ts";
export type { RunMeans } from "./run-job.ts";
export type {
  InputEvidence,
  Job,
  JobEvidence,
  JobFilter,
  JobPins,
  JobStatus,
  MetricValue,
  ObjectVersion,
  OutputEvidence,
  ProcessingJob,
  SecondaryStatus,
  TrainingJob,
  Transition,
} from "./job.ts";
export type {
  ExperimentConfig,
  JobKind,
  JobRequest,
  ProcessingInput,
  ProcessingJobRequest,
  ProcessingOutput,
  Tag,
  TrainingJobRequest,
  VpcConfig,
} from "./request.ts";
export { failureReasonOf, isNoSpace } from "./failure.ts";
export { readS3Uri } from "./s3-uri.ts";
export { keyContext, present, sagemakerService, tagContext, tagPermissions, vpcContext } from "./permissions.ts";
export type { KeyArnOf } from "./permissions.ts";
