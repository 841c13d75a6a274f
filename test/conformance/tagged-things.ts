import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import { PutRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
} from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketTaggingCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateExperimentCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  CreateTrialCommand,
  CreateTrialComponentCommand,
} from "@aws-sdk/client-sagemaker";
import type { TestHouse } from "@strongroom/testkit";
import { sampleInput } from "../abuse/sample-inputs.ts";

const Tags = [{ Key: "team", Value: "credit" }];
const tags = { team: "credit" };
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" },
    {
      Effect: "Allow",
      Principal: { AWS: "111122223333" },
      Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    },
  ],
});

/** What was made, in place of what sample inputs name. */
export type Names = ReadonlyMap<string, string>;

/** One tagged resource of every type, named as in the sample inputs where the caller chooses the name. */
export async function makeTaggedThings(house: TestHouse): Promise<Names> {
  await makeStores(house);
  await makeIdentities(house);
  const names = new Map([...(await makeKey(house)), ...(await makeNetwork(house))]);
  await makeMachineLearning(house);
  return names;
}

async function makeStores({ clients }: TestHouse): Promise<void> {
  const { s3, codecommit, logs, events } = clients;
  await s3.send(new CreateBucketCommand({ Bucket: "there" }));
  await s3.send(new PutBucketTaggingCommand({ Bucket: "there", Tagging: { TagSet: Tags } }));
  for (const Key of ["there", "tagged"]) {
    await s3.send(new PutObjectCommand({ Bucket: "there", Key, Body: "x", Tagging: "team=credit" }));
  }
  await codecommit.send(new CreateRepositoryCommand({ repositoryName: "there", tags }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/there", tags }));
  await events.send(new PutRuleCommand({ Name: "there", EventPattern: '{"source":["aws.sagemaker"]}', Tags }));
}

async function makeIdentities({ clients: { iam } }: TestHouse): Promise<void> {
  await iam.send(new CreateUserCommand({ UserName: "there", Tags }));
  await iam.send(new CreateRoleCommand({ RoleName: "there", AssumeRolePolicyDocument: trust, Tags }));
  await iam.send(new CreatePolicyCommand({ PolicyName: "there", PolicyDocument: policy, Tags }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "there", Tags }));
  await iam.send(new CreateGroupCommand({ GroupName: "group" }));
}

async function makeKey({ clients: { kms } }: TestHouse): Promise<Names> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Tags: [{ TagKey: "team", TagValue: "credit" }] }));
  const { KeyId = "", Arn = "" } = KeyMetadata ?? {};
  await kms.send(new CreateAliasCommand({ AliasName: "alias/there", TargetKeyId: KeyId }));
  const sample = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000";
  return new Map([[sample, Arn]]);
}

async function makeNetwork({ clients: { ec2 }, place }: TestHouse): Promise<Names> {
  const tagged = (type: ResourceType) => ({ TagSpecifications: [{ ResourceType: type, Tags }] });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.90.0.0/16", ...tagged("vpc") }));
  const VpcId = Vpc?.VpcId ?? "";
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.90.1.0/24", ...tagged("subnet") }));
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName: "there", Description: "there", ...tagged("security-group") }),
  );
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId,
      VpcEndpointType: "Interface",
      ServiceName: `com.amazonaws.${place.region}.s3`,
      SubnetIds: [Subnet?.SubnetId ?? ""],
      ...tagged("vpc-endpoint"),
    }),
  );
  const digits = "00000000000000001";
  return new Map([
    [`vpc-${digits}`, VpcId],
    [`subnet-${digits}`, Subnet?.SubnetId ?? ""],
    [`sg-${digits}`, GroupId],
    [`vpce-${digits}`, VpcEndpoint?.VpcEndpointId ?? ""],
  ]);
}

/** Jobs and the endpoint need not get anywhere: that they are there is enough. */
async function makeMachineLearning({ clients: { sagemaker } }: TestHouse): Promise<void> {
  const sample = (operation: string, members: readonly string[]) => ({
    ...sampleInput("sagemaker", operation, members),
    Tags,
  });
  type Of<C extends new (input: never) => unknown> = ConstructorParameters<C>[0];
  await sagemaker.send(new CreateExperimentCommand({ ExperimentName: "there", Tags }));
  await sagemaker.send(new CreateTrialCommand({ TrialName: "there", ExperimentName: "there", Tags }));
  await sagemaker.send(new CreateTrialComponentCommand({ TrialComponentName: "there", Tags }));
  const training = sample("CreateTrainingJob", ["TrainingJobName", "RoleArn", "OutputDataConfig"]);
  await sagemaker.send(new CreateTrainingJobCommand(training as unknown as Of<typeof CreateTrainingJobCommand>));
  const processing = sample("CreateProcessingJob", [
    "ProcessingJobName",
    "RoleArn",
    "ProcessingResources",
    "AppSpecification",
  ]);
  await sagemaker.send(new CreateProcessingJobCommand(processing as unknown as Of<typeof CreateProcessingJobCommand>));
  const model = sample("CreateModel", ["ModelName"]);
  await sagemaker.send(new CreateModelCommand(model as unknown as Of<typeof CreateModelCommand>));
  const config = sample("CreateEndpointConfig", ["EndpointConfigName", "ProductionVariants"]);
  await sagemaker.send(new CreateEndpointConfigCommand(config as unknown as Of<typeof CreateEndpointConfigCommand>));
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: "there", EndpointConfigName: "there", Tags }));
}
