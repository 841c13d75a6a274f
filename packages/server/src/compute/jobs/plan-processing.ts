import type { ProcessingJob } from "./job.ts";
import { defaultMaxRuntimeSeconds, keyMembers } from "./job-plan.ts";
import type { JobPlan } from "./job-plan.ts";

export const processingRoot = "/opt/ml/processing/";

/** The processing contract: https://docs.aws.amazon.com/sagemaker/latest/dg/build-your-own-processing-container.html */
export function planProcessing(job: ProcessingJob): JobPlan {
  const { request } = job;
  const { AppSpecification: app, ProcessingOutputConfig: output, NetworkConfig: network } = request;
  const cluster = request.ProcessingResources.ClusterConfig;
  const outputs = output?.Outputs ?? [];
  return {
    roleArn: request.RoleArn,
    imageUri: app.ImageUri,
    ...(app.ContainerEntrypoint === undefined ? {} : { entrypoint: app.ContainerEntrypoint }),
    args: app.ContainerArguments ?? [],
    environment: request.Environment ?? {},
    files: [{ path: "config/processingjobconfig.json", content: JSON.stringify(containerConfigOf(job)) }],
    resourceConfigPath: "config/resourceconfig.json",
    folders: ["output", ...outputs.map((planned) => folderOf(planned.S3Output.LocalPath))],
    inputs: (request.ProcessingInputs ?? []).map((input) => ({
      name: input.InputName,
      s3Uri: input.S3Input.S3Uri,
      folder: folderOf(input.S3Input.LocalPath),
      distribution: input.S3Input.S3DataDistributionType ?? "FullyReplicated",
    })),
    outputs: outputs.map((planned) => ({
      kind: "files" as const,
      name: planned.OutputName,
      folder: folderOf(planned.S3Output.LocalPath),
      s3Uri: planned.S3Output.S3Uri,
    })),
    ...(network?.VpcConfig === undefined ? {} : { vpc: network.VpcConfig }),
    isIsolated: network?.VpcConfig === undefined || network.EnableNetworkIsolation === true,
    ...keyMembers(job),
    maxRuntimeSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? defaultMaxRuntimeSeconds,
    instanceType: cluster.InstanceType,
    hostCount: cluster.InstanceCount,
    volumeSizeGiB: cluster.VolumeSizeInGB,
    isTrafficEncrypted: network?.EnableInterContainerTrafficEncryption === true,
    logGroup: "/aws/sagemaker/ProcessingJobs",
    metrics: [],
    explanation: { file: "output/message", isExitMessage: true },
    ...(job.pins === undefined ? {} : { pins: job.pins }),
  };
}

/** A local path of the request as a folder below /opt/ml; the edge has checked where it begins. */
export function folderOf(localPath: string): string {
  return localPath.slice("/opt/ml/".length).replace(/\/+$/, "");
}

/** processingjobconfig.json: the request, with the members that SageMaker fills in. */
function containerConfigOf({ arn, request }: ProcessingJob): object {
  return {
    ProcessingJobArn: arn,
    ProcessingJobName: request.ProcessingJobName,
    AppSpecification: {
      ImageUri: request.AppSpecification.ImageUri,
      ContainerEntrypoint: request.AppSpecification.ContainerEntrypoint ?? null,
      ContainerArguments: request.AppSpecification.ContainerArguments ?? null,
    },
    Environment: request.Environment ?? {},
    ProcessingInputs: (request.ProcessingInputs ?? []).map(({ InputName, S3Input }) => ({
      InputName,
      S3Input: {
        LocalPath: S3Input.LocalPath,
        S3Uri: S3Input.S3Uri,
        S3DataDistributionType: S3Input.S3DataDistributionType ?? "FullyReplicated",
        S3DataType: S3Input.S3DataType,
        S3InputMode: S3Input.S3InputMode ?? "File",
        S3CompressionType: S3Input.S3CompressionType ?? "None",
        S3DownloadMode: "StartOfJob",
      },
    })),
    ProcessingOutputConfig: {
      Outputs: (request.ProcessingOutputConfig?.Outputs ?? []).map(({ OutputName, S3Output }) => ({
        OutputName,
        S3Output: { LocalPath: S3Output.LocalPath, S3Uri: S3Output.S3Uri, S3UploadMode: S3Output.S3UploadMode },
      })),
      KmsKeyId: request.ProcessingOutputConfig?.KmsKeyId ?? null,
    },
    ProcessingResources: { ClusterConfig: { ...request.ProcessingResources.ClusterConfig } },
    RoleArn: request.RoleArn,
    StoppingCondition: {
      MaxRuntimeInSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? defaultMaxRuntimeSeconds,
    },
  };
}
