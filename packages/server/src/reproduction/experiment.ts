/** What an experiment holds: trials, and in them components, each a step that something took. */
export interface Experiment {
  readonly kind: "experiment";
  readonly name: string;
  readonly arn: string;
  readonly displayName: string;
  readonly description?: string;
  /** ARN of who made it. */
  readonly createdBy: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface Trial {
  readonly kind: "trial";
  readonly name: string;
  readonly arn: string;
  readonly displayName: string;
  readonly experimentName: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export type ParameterValue = { readonly NumberValue: number } | { readonly StringValue: string };

export interface Artifact {
  readonly MediaType?: string;
  readonly Value: string;
}

export interface ComponentMetric {
  readonly name: string;
  readonly timestamp: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  readonly stdDev: number;
  readonly last: number;
}

export interface ComponentStatus {
  readonly PrimaryStatus: "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";
  readonly Message?: string;
}

export interface TrialComponent {
  readonly kind: "trial-component";
  readonly name: string;
  readonly arn: string;
  readonly displayName: string;
  /** The job that this component tracks; absent for one that somebody made. */
  readonly source?: { readonly arn: string; readonly type: "SageMakerTrainingJob" | "SageMakerProcessingJob" };
  readonly status?: ComponentStatus;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly inputArtifacts: Readonly<Record<string, Artifact>>;
  readonly outputArtifacts: Readonly<Record<string, Artifact>>;
  readonly metrics: readonly ComponentMetric[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** One trial that holds a component, with the experiment that holds the trial. */
export interface Parent {
  readonly trialName: string;
  readonly experimentName: string;
}
