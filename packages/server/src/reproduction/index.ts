/**
 * ⑧ Reproduction: experiments and lineage, the provenance of a model, and training again from the record.
 *
 * Promise: a completed training job's record names everything that its model follows from, by digest; a
 * reproduction uses exactly that or is refused. Invariants: records are taken from what a job really used,
 * never from what somebody says of it. Must not: run anything itself, or know compute.
 */
import { experimentMigrations } from "./experiment-store.ts";
import { reproductionMigrations as ownMigrations } from "./reproduction-store.ts";

export const reproductionMigrations = [...experimentMigrations, ...ownMigrations];

export { ExperimentStore } from "./experiment-store.ts";
export type { TrackedFilter } from "./experiment-store.ts";
export { Experiments } from "./experiments.ts";
export type { ComponentChange, ComponentContent, Realm } from "./experiments.ts";
export type {
  Artifact,
  ComponentMetric,
  ComponentStatus,
  Experiment,
  ParameterValue,
  Parent,
  Trial,
  TrialComponent,
} from "./experiment.ts";
export { provenanceOf } from "./provenance.ts";
export type { Provenance } from "./provenance.ts";
export { ReproductionStore } from "./reproduction-store.ts";
export { Reproductions } from "./reproductions.ts";
export type { Pins, PlannedReproduction, ReproductionState, TrainingPort } from "./reproductions.ts";
export type { TrackedJob, TrackedTrainingJob } from "./tracked-job.ts";
