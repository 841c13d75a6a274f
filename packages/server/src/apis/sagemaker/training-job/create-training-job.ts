import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { flag, given, integer, list, map, oneOf, text } from "@strongroom/wire";
import { tagsMax } from "../../../compute/index.ts";
import type { Jobs, ResourceTags } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import {
  experimentConfig,
  imageUri,
  kmsKeyId,
  name63,
  networkId,
  roleArn,
  s3Uri,
  tagMembers,
  variableName,
  variableValue,
} from "../member-rules.ts";
import { notFound, submitError } from "../sagemaker-error.ts";
import { trainingRequestOf } from "./training-request.ts";

const argument = text({ max: 256 });
const runtimeSecondsMax = 2_419_200;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
export const createTrainingJob = (
  jobs: Pick<Jobs, "submit" | "permissionsFor">,
  experiments: Pick<Experiments, "faultOf">,
  resourceTags: Pick<ResourceTags, "put">,
) =>
  operation(CreateTrainingJobCommand, {
    members: {
      TrainingJobName: name63,
      HyperParameters: map(text({ max: 2500, pattern: /[\s\S]*/ }), { max: 100, key: text({ max: 256 }) }),
      AlgorithmSpecification: {
        TrainingImage: imageUri,
        TrainingInputMode: oneOf("File"),
        MetricDefinitions: list(
          { Name: text({ min: 1, max: 255, pattern: /.+/ }), Regex: text({ min: 1, max: 500, pattern: /.+/ }) },
          { max: 40 },
        ),
        EnableSageMakerMetricsTimeSeries: flag(),
        ContainerEntrypoint: list(argument, { min: 1, max: 10 }),
        ContainerArguments: list(argument, { min: 1, max: 100 }),
      },
      RoleArn: roleArn,
      InputDataConfig: list(
        {
          ChannelName: text({ min: 1, max: 64, pattern: /[A-Za-z0-9._-]+/ }),
          DataSource: {
            S3DataSource: {
              S3DataType: oneOf("S3Prefix"),
              S3Uri: s3Uri,
              S3DataDistributionType: oneOf("FullyReplicated", "ShardedByS3Key"),
            },
          },
          ContentType: text({ max: 256 }),
          CompressionType: oneOf("None"),
          RecordWrapperType: oneOf("None"),
          InputMode: oneOf("File"),
        },
        { min: 1, max: 20 },
      ),
      OutputDataConfig: { KmsKeyId: kmsKeyId, S3OutputPath: s3Uri, CompressionType: oneOf("GZIP") },
      ResourceConfig: {
        InstanceType: given,
        InstanceCount: integer({ min: 1, max: 100 }),
        VolumeSizeInGB: integer({ min: 1, max: 16_384 }),
        VolumeKmsKeyId: kmsKeyId,
      },
      VpcConfig: {
        SecurityGroupIds: list(networkId, { min: 1, max: 5 }),
        Subnets: list(networkId, { min: 1, max: 16 }),
      },
      StoppingCondition: { MaxRuntimeInSeconds: integer({ min: 1, max: runtimeSecondsMax }) },
      Tags: list(tagMembers, { max: tagsMax }),
      EnableNetworkIsolation: flag(),
      EnableInterContainerTrafficEncryption: flag(),
      EnableManagedSpotTraining: flag({ only: false }),
      ProfilerConfig: { DisableProfiler: flag({ only: true }) },
      ExperimentConfig: experimentConfig,
      Environment: map(variableValue, { max: 100, key: variableName }),
    },
    permissions: (input) => jobs.permissionsFor({ kind: "training", request: trainingRequestOf(input) }),
    actions: ["sagemaker:CreateTrainingJob", "sagemaker:AddTags", "iam:PassRole"],
    handle: (input, call) => {
      const request = trainingRequestOf(input);
      const fault = experiments.faultOf(request.ExperimentConfig);
      if (fault !== undefined) throw notFound(fault);
      // ② an alias may mean another key by now: what is submitted is what was decided on.
      for (const permission of jobs.permissionsFor({ kind: "training", request })) call.authority.demand(permission);
      const { principal, origin } = call.authority;
      const submitted = jobs.submit({ job: { kind: "training", request }, submitter: { principal, origin } });
      if (submitted.kind !== "queued") throw submitError(submitted, "Training");
      resourceTags.put(submitted.job.arn, request.Tags ?? []);
      return { TrainingJobArn: submitted.job.arn };
    },
  });
