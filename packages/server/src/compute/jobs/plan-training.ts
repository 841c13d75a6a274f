import type { TrainingJob } from "./job.ts";
import { defaultMaxRuntimeSeconds, keyMembers } from "./job-plan.ts";
import type { JobPlan } from "./job-plan.ts";
import { below } from "./s3-uri.ts";

/** The training contract: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html */
export function planTraining(job: TrainingJob): JobPlan {
  const { request } = job;
  const { AlgorithmSpecification: algorithm, OutputDataConfig: output, ResourceConfig: resources } = request;
  const outputUri = below(output.S3OutputPath, request.TrainingJobName, "output");
  return {
    roleArn: request.RoleArn,
    imageUri: algorithm.TrainingImage,
    ...(algorithm.ContainerEntrypoint === undefined ? {} : { entrypoint: algorithm.ContainerEntrypoint }),
    args: algorithm.ContainerArguments ?? (algorithm.ContainerEntrypoint === undefined ? ["train"] : []),
    environment: {
      ...request.Environment,
      TRAINING_JOB_NAME: request.TrainingJobName,
      TRAINING_JOB_ARN: job.arn,
    },
    files: [
      { path: "input/config/hyperparameters.json", content: JSON.stringify(request.HyperParameters ?? {}) },
      { path: "input/config/inputdataconfig.json", content: JSON.stringify(channelsOf(job)) },
    ],
    resourceConfigPath: "input/config/resourceconfig.json",
    folders: ["input/data", "model", "output/data", "checkpoints", "code"],
    inputs: (request.InputDataConfig ?? []).map((channel) => ({
      name: channel.ChannelName,
      s3Uri: channel.DataSource.S3DataSource?.S3Uri ?? "",
      folder: `input/data/${channel.ChannelName}`,
      distribution: channel.DataSource.S3DataSource?.S3DataDistributionType ?? "FullyReplicated",
    })),
    outputs: [
      { kind: "archive", name: "model", folder: "model", s3Uri: below(outputUri, "model.tar.gz"), optional: false },
      {
        kind: "archive",
        name: "output",
        folder: "output/data",
        s3Uri: below(outputUri, "output.tar.gz"),
        optional: true,
      },
    ],
    ...(request.VpcConfig === undefined ? {} : { vpc: request.VpcConfig }),
    isIsolated: request.VpcConfig === undefined || request.EnableNetworkIsolation === true,
    ...keyMembers(job),
    maxRuntimeSeconds: request.StoppingCondition.MaxRuntimeInSeconds ?? defaultMaxRuntimeSeconds,
    instanceType: resources.InstanceType,
    hostCount: resources.InstanceCount,
    volumeSizeGiB: resources.VolumeSizeInGB,
    isTrafficEncrypted: request.EnableInterContainerTrafficEncryption === true,
    logGroup: "/aws/sagemaker/TrainingJobs",
    metrics: algorithm.MetricDefinitions ?? [],
    explanation: { file: "output/failure", isExitMessage: false },
    ...(job.pins === undefined ? {} : { pins: job.pins }),
  };
}

/** inputdataconfig.json; ContentType is left out where the request has none. */
function channelsOf(job: TrainingJob): Record<string, object> {
  return Object.fromEntries(
    (job.request.InputDataConfig ?? []).map((channel) => [
      channel.ChannelName,
      {
        ...(channel.ContentType === undefined ? {} : { ContentType: channel.ContentType }),
        TrainingInputMode: channel.InputMode ?? job.request.AlgorithmSpecification.TrainingInputMode,
        S3DistributionType: channel.DataSource.S3DataSource?.S3DataDistributionType ?? "FullyReplicated",
        RecordWrapperType: channel.RecordWrapperType ?? "None",
      },
    ]),
  );
}
