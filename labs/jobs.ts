import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateProcessingJobCommand,
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  type DescribeProcessingJobResponse,
  type DescribeTrainingJobResponse,
  type ProcessingInput,
  type ProcessingOutput,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { projectTags, type Setting } from "./setting.ts";

const pollMs = 150;
const jobTimeoutMs = 600_000;

export interface ProcessingRequest {
  readonly name: string;
  readonly image: string;
  readonly entrypoint?: readonly string[];
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder below /opt/ml/processing/input → S3 URI. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Folder below /opt/ml/processing/output (or "" for itself) → S3 URI. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly experiment?: { readonly ExperimentName: string; readonly TrialName: string };
}

/** Runs a processing job in the project's network under its key and waits. Throws with its FailureReason. */
export async function runProcessing(
  client: SageMakerClient,
  setting: Setting,
  request: ProcessingRequest,
): Promise<DescribeProcessingJobResponse> {
  await client.send(
    new CreateProcessingJobCommand({
      ProcessingJobName: request.name,
      RoleArn: setting.executionRoleArn,
      AppSpecification: {
        ImageUri: request.image,
        ...(request.entrypoint === undefined ? {} : { ContainerEntrypoint: [...request.entrypoint] }),
        ...(request.arguments === undefined ? {} : { ContainerArguments: [...request.arguments] }),
      },
      Environment: { ...request.environment },
      ProcessingInputs: Object.entries(request.inputs).map(([folder, uri]) => inputOf(folder, uri)),
      ProcessingOutputConfig: {
        KmsKeyId: setting.keyArn,
        Outputs: Object.entries(request.outputs).map(([folder, uri]) => outputOf(folder, uri)),
      },
      ProcessingResources: {
        ClusterConfig: {
          InstanceCount: 1,
          InstanceType: "ml.m5.large",
          VolumeSizeInGB: 5,
          VolumeKmsKeyId: setting.keyArn,
        },
      },
      NetworkConfig: { VpcConfig: { Subnets: [setting.subnetId], SecurityGroupIds: [setting.securityGroupId] } },
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
      ...(request.experiment === undefined ? {} : { ExperimentConfig: request.experiment }),
      Tags: projectTags(setting),
    }),
  );
  const job = await settled(async () => {
    const described = await client.send(new DescribeProcessingJobCommand({ ProcessingJobName: request.name }));
    return described.ProcessingJobStatus === "InProgress" ? undefined : described;
  }, request.name);
  if (job.ProcessingJobStatus !== "Completed")
    throw new Error(`${request.name}: ${job.FailureReason ?? job.ExitMessage ?? "failed"}`);
  return job;
}

function inputOf(folder: string, S3Uri: string): ProcessingInput {
  return {
    InputName: folder.replaceAll("/", "-"),
    S3Input: { S3Uri, LocalPath: `/opt/ml/processing/input/${folder}`, S3DataType: "S3Prefix", S3InputMode: "File" },
  };
}

function outputOf(folder: string, S3Uri: string): ProcessingOutput {
  return {
    OutputName: folder === "" ? "output" : folder.replaceAll("/", "-"),
    S3Output: {
      S3Uri,
      LocalPath: folder === "" ? "/opt/ml/processing/output" : `/opt/ml/processing/output/${folder}`,
      S3UploadMode: "EndOfJob",
    },
  };
}

/** Waits until a training job has ended, well or badly. */
export async function trained(client: SageMakerClient, name: string): Promise<DescribeTrainingJobResponse> {
  return await settled(async () => {
    const described = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
    return ["Completed", "Failed", "Stopped"].includes(described.TrainingJobStatus ?? "") ? described : undefined;
  }, name);
}

export async function settled<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + jobTimeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not end within ${jobTimeoutMs / 60_000} minutes`);
    await sleep(pollMs);
  }
}
