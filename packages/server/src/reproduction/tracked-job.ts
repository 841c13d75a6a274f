import type { Origin, Principal } from "../access/index.ts";

/**
 * A training or processing job as this domain reads it: what it was asked, what it used and made. Jobs come
 * from compute through the composition root; nothing of compute is known here.
 */

export interface TrackedSubmitter {
  readonly principal: Principal;
  readonly origin: Origin;
}

export interface TrackedVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface TrackedObjects {
  readonly name: string;
  readonly s3Uri?: string;
  readonly objects: readonly TrackedVersion[];
}

export interface TrackedMetric {
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

interface TrackedState {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  readonly submitter: TrackedSubmitter;
  readonly status: "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";
  readonly failureReason?: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly modifiedAt: number;
  readonly evidence: {
    readonly image?: { readonly uri: string; readonly digest: string };
    readonly volumeKeyArn?: string;
    readonly inputs: readonly (TrackedObjects & { readonly s3Uri: string })[];
    readonly outputs: readonly TrackedObjects[];
    readonly metrics: readonly TrackedMetric[];
  };
}

export interface TrackedExperiment {
  readonly ExperimentName?: string;
  readonly TrialName?: string;
  readonly TrialComponentDisplayName?: string;
}

export interface TrackedTrainingJob extends TrackedState {
  readonly kind: "training";
  readonly request: {
    readonly TrainingJobName: string;
    readonly RoleArn: string;
    readonly AlgorithmSpecification: { readonly TrainingImage: string };
    readonly HyperParameters?: Readonly<Record<string, string>>;
    readonly Environment?: Readonly<Record<string, string>>;
    readonly InputDataConfig?: readonly {
      readonly ChannelName: string;
      readonly ContentType?: string;
      readonly DataSource: { readonly S3DataSource?: { readonly S3Uri: string } };
    }[];
    readonly OutputDataConfig: { readonly S3OutputPath: string; readonly KmsKeyId?: string };
    readonly ResourceConfig: {
      readonly InstanceType: string;
      readonly InstanceCount: number;
      readonly VolumeSizeInGB: number;
      readonly VolumeKmsKeyId?: string;
    };
    readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
    readonly ExperimentConfig?: TrackedExperiment;
  };
}

export interface TrackedProcessingJob extends TrackedState {
  readonly kind: "processing";
  readonly request: {
    readonly ProcessingJobName: string;
    readonly RoleArn: string;
    readonly AppSpecification: { readonly ImageUri: string };
    readonly Environment?: Readonly<Record<string, string>>;
    readonly ProcessingInputs?: readonly { readonly InputName: string; readonly S3Input: { readonly S3Uri: string } }[];
    readonly ProcessingOutputConfig?: {
      readonly Outputs: readonly { readonly OutputName: string; readonly S3Output: { readonly S3Uri: string } }[];
    };
    readonly ProcessingResources: {
      readonly ClusterConfig: {
        readonly InstanceType: string;
        readonly InstanceCount: number;
        readonly VolumeSizeInGB: number;
      };
    };
    readonly ExperimentConfig?: TrackedExperiment;
  };
}

export type TrackedJob = TrackedTrainingJob | TrackedProcessingJob;
