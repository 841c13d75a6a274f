import { setTimeout as wait } from "node:timers/promises";
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeSecurityGroupsCommand,
} from "@aws-sdk/client-ec2";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { DescribeLogStreamsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  DescribeProcessingJobCommand,
  DescribeTrainingJobCommand,
  type CreateProcessingJobRequest,
  type CreateTrainingJobRequest,
  type DescribeProcessingJobResponse,
  type DescribeTrainingJobResponse,
} from "@aws-sdk/client-sagemaker";
import { newRole, type Clients } from "@strongroom/testkit";

export const bucket = "sagemaker-tests";

/** A network with endpoints, a key, a versioned bucket with training data, and a role that may use them. */
export interface Room {
  readonly network: { Subnets: string[]; SecurityGroupIds: string[] };
  /** Another VPC, without any endpoint. */
  readonly closed: { Subnets: string[]; SecurityGroupIds: string[] };
  readonly keyArn: string;
  readonly roleArn: string;
}

/** 400 rows that two features decide. */
export const table = Array.from({ length: 400 }, (_, i) => {
  const [a, b] = [Math.sin(i), Math.cos(i * 3)];
  return `${a + b > 0 ? 1 : 0},${a.toFixed(6)},${b.toFixed(6)}`;
}).join("\n");

export async function furnish(clients: Clients): Promise<Room> {
  const network = await makeNetwork(clients, "10.40", ["s3", "kms", "sts", "sagemaker.api"]);
  const closed = await makeNetwork(clients, "10.41", []);
  const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await clients.s3.send(
    new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "train/train.csv", Body: table }));
  const { arn } = await newRole(clients, "execution", [
    { Effect: "Allow", Action: ["s3:*", "kms:*", "sts:*"], Resource: "*" },
  ]);
  return { network, closed, keyArn: KeyMetadata?.Arn ?? "", roleArn: arn };
}

async function makeNetwork(clients: Clients, range: string, services: readonly string[]): Promise<Room["network"]> {
  const { Vpc } = await clients.ec2.send(new CreateVpcCommand({ CidrBlock: `${range}.0.0/16` }));
  const VpcId = Vpc?.VpcId ?? "";
  const { Subnet } = await clients.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `${range}.1.0/24` }));
  const SubnetIds = [Subnet?.SubnetId ?? ""];
  const groups = await clients.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
  );
  for (const name of services) {
    const ServiceName = `com.amazonaws.${clients.place.region}.${name}`;
    await clients.ec2.send(
      new CreateVpcEndpointCommand({ VpcId, ServiceName, VpcEndpointType: "Interface", SubnetIds }),
    );
  }
  return { Subnets: SubnetIds, SecurityGroupIds: [groups.SecurityGroups?.[0]?.GroupId ?? ""] };
}

export function trainingRequest(room: Room, name: string): CreateTrainingJobRequest {
  const channel = (ChannelName: string) => ({
    ChannelName,
    ContentType: "text/csv",
    DataSource: { S3DataSource: { S3DataType: "S3Prefix" as const, S3Uri: `s3://${bucket}/train/` } },
  });
  return {
    TrainingJobName: name,
    RoleArn: room.roleArn,
    AlgorithmSpecification: {
      TrainingImage: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
      TrainingInputMode: "File",
    },
    HyperParameters: { num_round: "5", objective: "binary:logistic", eval_metric: "auc", seed: "1" },
    InputDataConfig: [channel("train"), channel("validation")],
    OutputDataConfig: { S3OutputPath: `s3://${bucket}/models/`, KmsKeyId: room.keyArn },
    ResourceConfig: {
      InstanceCount: 1,
      InstanceType: "ml.m5.large",
      VolumeSizeInGB: 5,
      VolumeKmsKeyId: room.keyArn,
    },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    VpcConfig: room.network,
  };
}

/** A shell script in the workbench's image. */
export function scriptRequest(room: Room, name: string, script: string): CreateProcessingJobRequest {
  return {
    ProcessingJobName: name,
    RoleArn: room.roleArn,
    AppSpecification: {
      ImageUri: "strongroom-workbench:1",
      ContainerEntrypoint: ["/bin/sh", "-c", 'eval "$SCRIPT"'],
    },
    Environment: { SCRIPT: script },
    ProcessingResources: {
      ClusterConfig: {
        InstanceCount: 1,
        InstanceType: "ml.t3.medium",
        VolumeSizeInGB: 1,
        VolumeKmsKeyId: room.keyArn,
      },
    },
    NetworkConfig: { VpcConfig: room.network },
  };
}

const pollMs = 25;
const endWithinMs = 60_000;

export async function until<T>(look: () => Promise<T>, isDone: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + endWithinMs;
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not reached within ${endWithinMs / 1000} s: ${JSON.stringify(seen)}`);
    await wait(pollMs);
  }
}

const ended = (status: string | undefined): boolean => ["Completed", "Failed", "Stopped"].includes(status ?? "");

export async function trained({ sagemaker }: Clients, TrainingJobName: string): Promise<DescribeTrainingJobResponse> {
  return await until(
    () => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    (job) => ended(job.TrainingJobStatus),
  );
}

export async function processed(
  { sagemaker }: Clients,
  ProcessingJobName: string,
): Promise<DescribeProcessingJobResponse> {
  return await until(
    () => sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName })),
    (job) => ended(job.ProcessingJobStatus),
  );
}

/** What a job printed, line by line. */
export async function linesOf({ logs }: Clients, logGroupName: string, prefix: string): Promise<string[]> {
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: prefix }));
  const logStreamName = logStreams?.[0]?.logStreamName ?? "";
  const { events } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }));
  return (events ?? []).map(({ message }) => message ?? "");
}

export async function keysBelow({ s3 }: Clients, Prefix: string): Promise<string[]> {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
  return (Contents ?? []).map(({ Key }) => Key ?? "");
}

export async function textOf({ s3 }: Clients, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}
