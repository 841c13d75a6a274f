/**
 * What a job is asked to do, in SageMaker's own spelling: the same members go into the container's
 * configuration files, into Describe's answer and into the provenance record, so they have one form.
 */
export interface VpcConfig {
  readonly Subnets: readonly string[];
  readonly SecurityGroupIds: readonly string[];
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface ExperimentConfig {
  readonly ExperimentName?: string;
  readonly TrialName?: string;
  readonly TrialComponentDisplayName?: string;
}

export interface Channel {
  readonly ChannelName: string;
  readonly DataSource: {
    readonly S3DataSource?: {
      /** S3Prefix; the edge refuses the others by name. */
      readonly S3DataType: string;
      readonly S3Uri: string;
      readonly S3DataDistributionType?: "FullyReplicated" | "ShardedByS3Key";
    };
  };
  readonly ContentType?: string;
  readonly CompressionType?: "None" | "Gzip";
  readonly RecordWrapperType?: "None" | "RecordIO";
  readonly InputMode?: "File" | "Pipe" | "FastFile";
}

export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

export interface TrainingJobRequest {
  readonly TrainingJobName: string;
  readonly RoleArn: string;
  readonly AlgorithmSpecification: {
    readonly TrainingImage: string;
    readonly TrainingInputMode: "File" | "Pipe" | "FastFile";
    readonly MetricDefinitions?: readonly MetricDefinition[];
    readonly EnableSageMakerMetricsTimeSeries?: boolean;
    readonly ContainerEntrypoint?: readonly string[];
    readonly ContainerArguments?: readonly string[];
  };
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly InputDataConfig?: readonly Channel[];
  readonly OutputDataConfig: {
    readonly S3OutputPath: string;
    readonly KmsKeyId?: string;
    readonly CompressionType?: "GZIP" | "NONE";
  };
  readonly ResourceConfig: {
    readonly InstanceType: string;
    readonly InstanceCount: number;
    readonly VolumeSizeInGB: number;
    readonly VolumeKmsKeyId?: string;
  };
  readonly StoppingCondition: { readonly MaxRuntimeInSeconds?: number };
  readonly VpcConfig?: VpcConfig;
  readonly Tags?: readonly Tag[];
  readonly EnableNetworkIsolation?: boolean;
  readonly EnableInterContainerTrafficEncryption?: boolean;
  readonly EnableManagedSpotTraining?: boolean;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly ExperimentConfig?: ExperimentConfig;
}

export interface ProcessingInput {
  readonly InputName: string;
  readonly AppManaged?: boolean;
  readonly S3Input: {
    readonly S3Uri: string;
    readonly LocalPath: string;
    readonly S3DataType: string;
    readonly S3InputMode?: "File" | "Pipe";
    readonly S3DataDistributionType?: "FullyReplicated" | "ShardedByS3Key";
    readonly S3CompressionType?: "None" | "Gzip";
  };
}

export interface ProcessingOutput {
  readonly OutputName: string;
  readonly AppManaged?: boolean;
  readonly S3Output: {
    readonly S3Uri: string;
    readonly LocalPath: string;
    readonly S3UploadMode: "EndOfJob" | "Continuous";
  };
}

export interface ProcessingJobRequest {
  readonly ProcessingJobName: string;
  readonly RoleArn: string;
  readonly AppSpecification: {
    readonly ImageUri: string;
    readonly ContainerEntrypoint?: readonly string[];
    readonly ContainerArguments?: readonly string[];
  };
  readonly Environment?: Readonly<Record<string, string>>;
  readonly ProcessingInputs?: readonly ProcessingInput[];
  readonly ProcessingOutputConfig?: {
    readonly Outputs: readonly ProcessingOutput[];
    readonly KmsKeyId?: string;
  };
  readonly ProcessingResources: {
    readonly ClusterConfig: {
      readonly InstanceCount: number;
      readonly InstanceType: string;
      readonly VolumeSizeInGB: number;
      readonly VolumeKmsKeyId?: string;
    };
  };
  readonly StoppingCondition?: { readonly MaxRuntimeInSeconds: number };
  readonly NetworkConfig?: {
    readonly EnableInterContainerTrafficEncryption?: boolean;
    readonly EnableNetworkIsolation?: boolean;
    readonly VpcConfig?: VpcConfig;
  };
  readonly Tags?: readonly Tag[];
  readonly ExperimentConfig?: ExperimentConfig;
}

export type JobRequest =
  | { readonly kind: "training"; readonly request: TrainingJobRequest }
  | { readonly kind: "processing"; readonly request: ProcessingJobRequest };

export type JobKind = JobRequest["kind"];

export function jobNameOf(job: JobRequest): string {
  return job.kind === "training" ? job.request.TrainingJobName : job.request.ProcessingJobName;
}

/** arn:aws:sagemaker:<region>:<account>:training-job/<name> */
export function jobArn(region: string, accountId: string, kind: JobKind, name: string): string {
  return `arn:aws:sagemaker:${region}:${accountId}:${kind}-job/${name}`;
}
