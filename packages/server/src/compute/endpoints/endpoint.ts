import type { Submitter } from "../enclosure/index.ts";
import type { Tag, VpcConfig } from "../jobs/index.ts";

export interface ContainerDefinition {
  readonly Image: string;
  readonly ModelDataUrl?: string;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly ContainerHostname?: string;
  readonly Mode?: "SingleModel" | "MultiModel";
}

/** A model, in SageMaker's own spelling as jobs are. */
export interface ModelRequest {
  readonly ModelName: string;
  readonly PrimaryContainer: ContainerDefinition;
  readonly ExecutionRoleArn: string;
  readonly VpcConfig?: VpcConfig;
  readonly EnableNetworkIsolation?: boolean;
  readonly Tags?: readonly Tag[];
}

export interface Model {
  readonly arn: string;
  readonly request: ModelRequest;
  readonly submitter: Submitter;
  readonly createdAt: number;
}

export interface ProductionVariant {
  readonly VariantName: string;
  readonly ModelName: string;
  readonly InstanceType: string;
  readonly VolumeSizeInGB?: number;
  readonly InitialInstanceCount?: number;
  readonly InitialVariantWeight?: number;
}

export interface CaptureConfig {
  readonly EnableCapture?: boolean;
  /** Percent. */
  readonly InitialSamplingPercentage: number;
  readonly DestinationS3Uri: string;
  readonly KmsKeyId?: string;
  readonly CaptureOptions: readonly { readonly CaptureMode: "Input" | "Output" | "InputAndOutput" }[];
  readonly CaptureContentTypeHeader?: {
    readonly CsvContentTypes?: readonly string[];
    readonly JsonContentTypes?: readonly string[];
  };
}

export interface EndpointConfigRequest {
  readonly EndpointConfigName: string;
  readonly ProductionVariants: readonly ProductionVariant[];
  readonly DataCaptureConfig?: CaptureConfig;
  readonly KmsKeyId?: string;
  readonly Tags?: readonly Tag[];
}

export interface EndpointConfig {
  readonly arn: string;
  readonly request: EndpointConfigRequest;
  /** ② the ARN of the key that was decided on; what an alias comes to mean later does not change it. */
  readonly volumeKey?: string;
  readonly createdAt: number;
}

export type EndpointStatus = "Creating" | "InService" | "Deleting" | "Failed";

export interface Endpoint {
  readonly arn: string;
  readonly name: string;
  readonly status: EndpointStatus;
  readonly failureReason?: string;
  /** As they were when the endpoint was made: deleting the configuration or the model does not change it. */
  readonly config: EndpointConfigRequest;
  readonly volumeKey?: string;
  readonly model: ModelRequest;
  /** Who made the model and passed its role. */
  readonly submitter: Submitter;
  /** The model artifact that is served. */
  readonly modelSha256?: string;
  readonly modelVersionId?: string;
  readonly imageDigest?: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface NamedFilter {
  readonly nameContains?: string | undefined;
  readonly status?: string | undefined;
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  readonly sortBy: "Name" | "CreationTime";
  readonly ascending: boolean;
  readonly skip: number;
  readonly limit: number;
}
