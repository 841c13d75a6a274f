import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { flag, given, integer, list, map, oneOf, text } from "@strongroom/wire";
import type { Validated } from "@strongroom/wire";
import type { CreateProcessingJobRequest } from "@aws-sdk/client-sagemaker";
import { tagsMax } from "../../../compute/index.ts";
import type {
  Jobs,
  ProcessingInput,
  ProcessingJobRequest,
  ProcessingOutput,
  ResourceTags,
} from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import {
  experimentConfig,
  imageUri,
  kmsKeyId,
  name63,
  networkId,
  notAppManaged,
  roleArn,
  s3Uri,
  tagMembers,
  variableName,
  variableValue,
} from "../member-rules.ts";
import { notFound, required, submitError, validationError } from "../sagemaker-error.ts";

const argument = text({ max: 256 });
const localPath = text({ max: 256, pattern: /.*/s });
const runtimeSecondsMax = 604_800;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html */
export const createProcessingJob = (
  jobs: Pick<Jobs, "submit" | "permissionsFor">,
  experiments: Pick<Experiments, "faultOf">,
  resourceTags: Pick<ResourceTags, "put">,
) =>
  operation(CreateProcessingJobCommand, {
    members: {
      ProcessingInputs: list(
        {
          InputName: text({ min: 1, max: 128 }),
          AppManaged: notAppManaged,
          S3Input: {
            S3Uri: s3Uri,
            LocalPath: localPath,
            S3DataType: oneOf("S3Prefix"),
            S3InputMode: oneOf("File"),
            S3DataDistributionType: oneOf("FullyReplicated", "ShardedByS3Key"),
            S3CompressionType: oneOf("None"),
          },
        },
        { max: 10 },
      ),
      ProcessingOutputConfig: {
        Outputs: list(
          {
            OutputName: text({ min: 1, max: 128 }),
            S3Output: { S3Uri: s3Uri, LocalPath: localPath, S3UploadMode: oneOf("EndOfJob") },
            AppManaged: notAppManaged,
          },
          { max: 10 },
        ),
        KmsKeyId: kmsKeyId,
      },
      ProcessingJobName: name63,
      ProcessingResources: {
        ClusterConfig: {
          InstanceCount: integer({ min: 1, max: 100 }),
          InstanceType: given,
          VolumeSizeInGB: integer({ min: 1, max: 16_384 }),
          VolumeKmsKeyId: kmsKeyId,
        },
      },
      StoppingCondition: { MaxRuntimeInSeconds: integer({ min: 1, max: runtimeSecondsMax }) },
      AppSpecification: {
        ImageUri: imageUri,
        ContainerEntrypoint: list(argument, { min: 1, max: 100 }),
        ContainerArguments: list(argument, { min: 1, max: 100 }),
      },
      Environment: map(variableValue, { max: 100, key: variableName }),
      NetworkConfig: {
        EnableInterContainerTrafficEncryption: flag(),
        EnableNetworkIsolation: flag(),
        VpcConfig: {
          SecurityGroupIds: list(networkId, { min: 1, max: 5 }),
          Subnets: list(networkId, { min: 1, max: 16 }),
        },
      },
      RoleArn: roleArn,
      Tags: list(tagMembers, { max: tagsMax }),
      ExperimentConfig: experimentConfig,
    },
    permissions: (input) => jobs.permissionsFor({ kind: "processing", request: requestOf(input) }),
    actions: ["sagemaker:CreateProcessingJob", "sagemaker:AddTags", "iam:PassRole"],
    handle: (input, call) => {
      const request = requestOf(input);
      const fault = experiments.faultOf(request.ExperimentConfig);
      if (fault !== undefined) throw notFound(fault);
      // ② an alias may mean another key by now: what is submitted is what was decided on.
      for (const permission of jobs.permissionsFor({ kind: "processing", request })) call.authority.demand(permission);
      const { principal, origin } = call.authority;
      const submitted = jobs.submit({ job: { kind: "processing", request }, submitter: { principal, origin } });
      if (submitted.kind !== "queued") throw submitError(submitted, "Processing");
      resourceTags.put(submitted.job.arn, request.Tags ?? []);
      return { ProcessingJobArn: submitted.job.arn };
    },
  });

/** The request with what the model leaves open and this environment needs. */
function requestOf(input: Validated<CreateProcessingJobRequest>): ProcessingJobRequest {
  const cluster = required(input.ProcessingResources.ClusterConfig, "ProcessingResources.ClusterConfig");
  const { ProcessingInputs, ProcessingOutputConfig, ...rest } = input;
  return {
    ...rest,
    ProcessingResources: {
      ClusterConfig: {
        ...cluster,
        InstanceType: required(cluster.InstanceType, "ClusterConfig.InstanceType"),
        InstanceCount: required(cluster.InstanceCount, "ClusterConfig.InstanceCount"),
        VolumeSizeInGB: required(cluster.VolumeSizeInGB, "ClusterConfig.VolumeSizeInGB"),
      },
    },
    ...(ProcessingInputs === undefined ? {} : { ProcessingInputs: ProcessingInputs.map(inputOf) }),
    ...(ProcessingOutputConfig === undefined
      ? {}
      : {
          ProcessingOutputConfig: { ...ProcessingOutputConfig, Outputs: ProcessingOutputConfig.Outputs.map(outputOf) },
        }),
  };
}

type Received = Validated<CreateProcessingJobRequest>;

function inputOf({ InputName, S3Input }: NonNullable<Received["ProcessingInputs"]>[number]): ProcessingInput {
  if (S3Input?.LocalPath === undefined)
    throw validationError(`ProcessingInputs.${InputName}.S3Input.LocalPath: must not be null`);
  return { InputName, S3Input: { ...S3Input, LocalPath: S3Input.LocalPath } };
}

function outputOf({
  OutputName,
  S3Output,
}: NonNullable<Received["ProcessingOutputConfig"]>["Outputs"][number]): ProcessingOutput {
  if (S3Output?.LocalPath === undefined)
    throw validationError(`Outputs.${OutputName}.S3Output.LocalPath: must not be null`);
  return { OutputName, S3Output: { ...S3Output, LocalPath: S3Output.LocalPath } };
}
