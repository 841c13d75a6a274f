import { strict as assert } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CreateSecurityGroupCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, EncryptCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  CreateExperimentCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  CreateTrialComponentCommand,
} from "@aws-sdk/client-sagemaker";
import { newUser, run, type HouseProcess } from "@strongroom/testkit";
import { gitPassword } from "@strongroom/wire";
import { bucket, trained, trainingRequest, type Room } from "../sagemaker/room.ts";
import { canary, mark } from "./canary.ts";

type House = Pick<HouseProcess, "clients" | "place">;

export async function plantInStore({ clients }: House, room: Room): Promise<void> {
  const { s3 } = clients;
  const Bucket = canary("bucket");
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: canary("Key"),
      Body: `${canary("Body")} `.repeat(100),
      Metadata: { [canary("metadataname")]: canary("MetadataValue") },
      ContentType: `text/${canary("ContentType")}`,
      Tagging: `${canary("ObjectTag")}=${canary("ObjectTagValue")}`,
    }),
  );
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: canary("KmsKey"),
      Body: canary("KmsBody"),
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: room.keyArn,
    }),
  );
  const upload = { Bucket, Key: canary("UploadKey") };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
  await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: canary("PartBody") }));
  const TagSet = [{ Key: canary("BucketTag"), Value: canary("BucketTagValue") }];
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  const Policy = policyWith(canary("BucketSid"), {
    Principal: { AWS: "111122223333" },
    Resource: `arn:aws:s3:::${Bucket}/*`,
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  // What is asked for and not there is recorded too.
  await s3.send(new GetObjectCommand({ Bucket, Key: canary("MissingKey") })).catch(() => undefined);
}

export async function plantInAccess({ clients }: House, secrets: [string, string][]): Promise<void> {
  const { iam } = clients;
  const Tags = [{ Key: canary("IdentityTag"), Value: canary("IdentityTagValue") }];
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: canary("TrustSid"),
        Effect: "Allow",
        Principal: { Service: "sagemaker.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
  });
  await iam.send(
    new CreateRoleCommand({
      RoleName: canary("Role"),
      AssumeRolePolicyDocument,
      Description: canary("RoleDescription"),
      Tags,
    }),
  );
  const UserName = canary("User");
  await iam.send(new CreateUserCommand({ UserName, Path: `/${canary("Path")}/` }));
  const inline = { UserName, PolicyName: canary("Inline"), PolicyDocument: policyWith(canary("InlineSid"), {}) };
  await iam.send(new PutUserPolicyCommand(inline));
  const managed = { PolicyName: canary("Managed"), Description: canary("PolicyDescription") };
  await iam.send(new CreatePolicyCommand({ ...managed, PolicyDocument: policyWith(canary("ManagedSid"), {}) }));
  using someone = await newUser(clients, "someone");
  secrets.push(["a secret access key", someone.credentials.secretAccessKey]);
  secrets.push(["the administrator's secret access key", clients.credentials.secretAccessKey]);
}

export async function plantInKeysAndLogs({ clients }: House, room: Room): Promise<void> {
  const { kms, logs, ec2 } = clients;
  const Tags = [{ TagKey: canary("KeyTag"), TagValue: canary("KeyTagValue") }];
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: canary("KeyDescription"), Tags }));
  const KeyId = KeyMetadata?.KeyId ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: `alias/${canary("Alias")}`, TargetKeyId: KeyId }));
  const EncryptionContext = { [canary("ContextName")]: canary("ContextValue") };
  await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(canary("Plaintext")), EncryptionContext }));
  const place = { logGroupName: canary("LogGroup"), logStreamName: canary("LogStream") };
  await logs.send(new CreateLogGroupCommand(place));
  await logs.send(new CreateLogStreamCommand(place));
  const logEvents = [{ timestamp: Date.now(), message: canary("LogLine") }];
  await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: room.network.Subnets }));
  await ec2.send(
    new CreateSecurityGroupCommand({
      VpcId: Subnets?.[0]?.VpcId,
      GroupName: canary("Group"),
      Description: canary("GroupDescription"),
      TagSpecifications: [
        { ResourceType: "security-group", Tags: [{ Key: canary("NetworkTag"), Value: canary("NetworkTagValue") }] },
      ],
    }),
  );
}

export async function plantInGit({ clients, place }: House): Promise<void> {
  const repositoryName = canary("Repository");
  const repositoryDescription = canary("RepositoryDescription");
  await clients.codecommit.send(new CreateRepositoryCommand({ repositoryName, repositoryDescription }));
  const url = new URL(`/v1/repos/${repositoryName}`, place.endpoint);
  const { secretAccessKey, accessKeyId } = clients.credentials;
  const signIn = { path: url.pathname, host: url.host, region: place.region, secretAccessKey, now: new Date() };
  const basic = Buffer.from(`${accessKeyId}:${gitPassword(signIn)}`).toString("base64");
  const folder = await mkdtemp(join(tmpdir(), "strongroom-canary-"));
  const git = async (...words: string[]) => {
    const { code, stderr } = await run("git", words, { folder, environment: { GIT_TERMINAL_PROMPT: "0" } });
    assert.equal(code, 0, stderr);
  };
  const author = ["-c", `user.name=${canary("Author")}`, "-c", "user.email=a@example.com"];
  try {
    await git("init", "-q", "-b", canary("Branch"), ".");
    await writeFile(join(folder, canary("FileName")), canary("FileContent"));
    await git("add", "--all");
    await git(...author, "commit", "-q", "-m", canary("Commit"));
    const settings = [`http.extraHeader=Authorization: Basic ${basic}`, `http.sslCAInfo=${place.caPath}`];
    await git(...settings.flatMap((one) => ["-c", one]), "push", "-q", url.href, "HEAD");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function plantInExperiments({ clients }: House, room: Room): Promise<void> {
  const { sagemaker } = clients;
  const named = { ExperimentName: canary("Experiment"), Description: canary("ExperimentDescription") };
  await sagemaker.send(new CreateExperimentCommand(named));
  await sagemaker.send(
    new CreateTrialComponentCommand({
      TrialComponentName: canary("Component"),
      Parameters: { [canary("Parameter")]: { StringValue: canary("ParameterValue") } },
    }),
  );
  const request = trainingRequest(room, canary("Training"));
  await sagemaker.send(
    new CreateTrainingJobCommand({
      ...request,
      HyperParameters: { ...request.HyperParameters, [canary("HyperParameter")]: canary("HyperParameterValue") },
      Environment: { [canary("Variable")]: canary("VariableValue") },
      Tags: [{ Key: canary("JobTag"), Value: canary("JobTagValue") }],
    }),
  );
  // An unknown hyperparameter fails the job, and its reason names it.
  const job = await trained(clients, request.TrainingJobName ?? "");
  assert.match(job.FailureReason ?? "", new RegExp(mark));
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: canary("Model"),
      ExecutionRoleArn: room.roleArn,
      PrimaryContainer: {
        Image: request.AlgorithmSpecification?.TrainingImage,
        ModelDataUrl: `s3://${bucket}/models/${canary("ModelData")}/model.tar.gz`,
        Environment: { [canary("ModelVariable")]: canary("ModelVariableValue") },
      },
      VpcConfig: room.network,
    }),
  );
}

function policyWith(Sid: string, over: object): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid, Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...over }],
  });
}
