import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
} from "@aws-sdk/client-ec2";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketEncryptionCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
} from "@aws-sdk/client-sagemaker";
import { newRole, type Clients } from "@strongroom/testkit";

/** What a project has: a network without a way out, a key, a bucket under it, a role, and training data. */
export interface Workplace {
  readonly clients: Clients;
  readonly bucket: string;
  readonly keyArn: string;
  readonly roleArn: string;
  readonly vpcConfig: { readonly Subnets: string[]; readonly SecurityGroupIds: string[] };
  readonly table: Table;
}

export interface Table {
  readonly csv: Buffer;
  /** Where it is from. */
  readonly source: string;
}

const bucket = "bench-data";
const imageOf = (clients: Clients, image: string) =>
  `${clients.place.accountId}.dkr.ecr.${clients.place.region}.amazonaws.com/${image}`;

/** The parameters of the workshop's training, for the job and the command line alike. */
export const hyperparameters = {
  objective: "binary:logistic",
  num_round: "100",
  max_depth: "5",
  eta: "0.2",
  gamma: "4",
  min_child_weight: "6",
  subsample: "0.8",
  tree_method: "hist",
  eval_metric: "auc",
  seed: "0",
};

export async function openWorkplace(clients: Clients): Promise<Workplace> {
  const vpcConfig = await makeNetwork(clients);
  const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
  const keyArn = KeyMetadata?.Arn ?? "";
  await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const byDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: keyArn };
  await clients.s3.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
    }),
  );
  const { arn: roleArn } = await newRole(clients, "bench", [
    { Effect: "Allow", Action: ["s3:*", "kms:*", "logs:*"], Resource: "*" },
  ]);
  const table = trainingTable();
  await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "train/train.csv", Body: table.csv }));
  return { clients, bucket, keyArn, roleArn, vpcConfig, table };
}

async function makeNetwork({ ec2, place }: Clients): Promise<Workplace["vpcConfig"]> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.77.0.0/16" }));
  const VpcId = Vpc?.VpcId;
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.77.1.0/24" }));
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName: "bench", Description: "Jobs of the benchmarks" }),
  );
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const Subnets = [Subnet?.SubnetId ?? ""];
  const SecurityGroupIds = [GroupId ?? ""];
  for (const service of ["s3", "kms"]) {
    const ServiceName = `com.amazonaws.${place.region}.${service}`;
    const asked = { VpcId, ServiceName, VpcEndpointType: "Interface" as const, SubnetIds: Subnets, SecurityGroupIds };
    await ec2.send(new CreateVpcEndpointCommand(asked));
  }
  return { Subnets, SecurityGroupIds };
}

/** Trains as the workshop does, encrypted and inside the network, and returns how it ended. */
export async function trainJob(place: Workplace, TrainingJobName: string): Promise<DescribeTrainingJobResponse> {
  const { sagemaker } = place.clients;
  await sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName,
      RoleArn: place.roleArn,
      AlgorithmSpecification: {
        TrainingImage: imageOf(place.clients, "sagemaker-xgboost:1.7-1"),
        TrainingInputMode: "File",
      },
      HyperParameters: hyperparameters,
      InputDataConfig: [
        {
          ChannelName: "train",
          ContentType: "text/csv",
          DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${place.bucket}/train/` } },
        },
      ],
      OutputDataConfig: { S3OutputPath: `s3://${place.bucket}/models`, KmsKeyId: place.keyArn },
      ResourceConfig: {
        InstanceCount: 1,
        InstanceType: "ml.m5.large",
        VolumeSizeInGB: 5,
        VolumeKmsKeyId: place.keyArn,
      },
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
      VpcConfig: place.vpcConfig,
    }),
  );
  for (;;) {
    const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
    if (job.TrainingJobStatus === "Completed") return job;
    if (job.TrainingJobStatus !== "InProgress") {
      throw new Error(`${TrainingJobName} is ${job.TrainingJobStatus ?? "?"}: ${job.FailureReason ?? ""}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Deploys a model with all of its traffic captured, and returns once it is in service. */
export async function deploy(place: Workplace, name: string, ModelDataUrl: string): Promise<void> {
  const { sagemaker } = place.clients;
  const Image = imageOf(place.clients, "sagemaker-xgboost:1.7-1");
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: place.roleArn,
      PrimaryContainer: { Image, ModelDataUrl },
      VpcConfig: place.vpcConfig,
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: "AllTraffic", ModelName: name, InitialInstanceCount: 1, InstanceType: "ml.m5.large" },
      ],
      KmsKeyId: place.keyArn,
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${place.bucket}/capture`,
        KmsKeyId: place.keyArn,
        CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
      },
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
  for (;;) {
    const endpoint = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
    if (endpoint.EndpointStatus === "InService") return;
    if (endpoint.EndpointStatus === "Failed") throw new Error(`${name} failed: ${endpoint.FailureReason ?? ""}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The credit-default table where this machine has it, else one of the same size. */
function trainingTable(): Table {
  const path = fileURLToPath(new URL("../../shared/data/credit-default/train.csv", import.meta.url));
  if (existsSync(path)) return { csv: readFileSync(path), source: "credit-default/train.csv" };
  return { csv: Buffer.from(syntheticTable()), source: "a synthetic table of 24,000 rows and 23 features" };
}

function syntheticTable(): string {
  let state = 1;
  // Numerical Recipes' generator: the same table every time.
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const lines = Array.from({ length: 24_000 }, () => {
    const features = Array.from({ length: 23 }, () => Math.round(next() * 200_000) - 20_000);
    const score = (features[0] ?? 0) - (features[1] ?? 0) + (next() - 0.5) * 100_000;
    return [score > 50_000 ? 1 : 0, ...features.map((value) => value.toFixed(1))].join(",");
  });
  return `${lines.join("\n")}\n`;
}
