import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
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
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  CreateTrialComponentCommand,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, newUser, run, startHouse, type TestHouse } from "@strongroom/testkit";
import { gitPassword } from "@strongroom/wire";
import {
  bucket,
  furnish,
  linesOf,
  processed,
  scriptRequest,
  trained,
  trainingRequest,
  until,
  type Room,
} from "../sagemaker/room.ts";

/** A word that stands nowhere by chance; all of them begin alike, so that one search finds them all. */
const mark = `canary${randomBytes(6).toString("hex")}`;
const planted: string[] = [];
function canary(place: string): string {
  planted.push(place);
  return `${mark}${place}`;
}

/** How bytes could still tell the word: as it is, in two bytes a character, in hexadecimal, in base64 at each offset. */
const forms: readonly [string, Buffer][] = [
  ["as it is", Buffer.from(mark)],
  ["as UTF-16", Buffer.from(mark, "utf16le")],
  ["in hexadecimal", Buffer.from(Buffer.from(mark).toString("hex"))],
  ...[0, 1, 2].map((offset): [string, Buffer] => {
    const text = Buffer.concat([Buffer.alloc(offset), Buffer.from(mark)]).toString("base64");
    // The first and last characters also hold bits of the neighbours.
    return ["in base64", Buffer.from(text.slice(offset === 0 ? 0 : 4, -4))];
  }),
];

describe("canaries, planted through every API", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  const secrets: [string, string][] = [];
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  test("none is found in any byte of the data folder, at work and at rest", async () => {
    await plantInStore(house, room);
    await plantInAccess(house, secrets);
    await plantInKeysAndLogs(house, room);
    await plantInGit(house);
    await plantInExperiments(house, room);
    assert.ok(new Set(planted).size > 50, "canaries are planted");
    const job = canary("RunningJob");
    const script = `echo ${job}; echo ${job} > /opt/ml/processing/output/written; sync; touch /tmp/${job}; sleep 3`;
    const request = { ...scriptRequest(room, job, script) };
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(request));
    await until(
      async () => (await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", `${job}/`).catch(() => [])).join(),
      (said) => said.includes(job),
    );
    await nothingTold(house, "while a job runs", secrets);
    assert.equal((await processed(house.clients, job)).ProcessingJobStatus, "Completed");
    await nothingTold(house, "after the job", secrets);
    assert.deepEqual(house.log, [], "nothing failed inside");
    await house.stop();
    await nothingTold(house, "after the server stopped", secrets);
  });

  test("the search finds what is there", async () => {
    await writeFile(join(house.dataDir, "planted"), Buffer.concat([randomBytes(1000), Buffer.from(mark)]));
    await assert.rejects(nothingTold(house, "planted by hand", []), /planted by hand/);
  });
});

/** ④ Reads every file of the data folder, and looks for the word and for the secrets in all of their bytes. */
async function nothingTold(house: TestHouse, when: string, secrets: readonly [string, string][]): Promise<void> {
  const found: string[] = [];
  let files = 0;
  for (const entry of await readdir(house.dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (path.includes(mark)) found.push(`${when}: the name ${path}`);
    if (!entry.isFile()) continue;
    // A file that is gone again was a temporary one; its place is looked at next time.
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    files += 1;
    for (const [how, bytes] of forms) {
      const at = content.indexOf(bytes);
      if (at >= 0) found.push(`${when}: ${path} ${how}: ${content.subarray(at, at + 60).toString("latin1")}`);
    }
    for (const [what, secret] of secrets) if (content.includes(secret)) found.push(`${when}: ${path} tells ${what}`);
  }
  if (house.log.some((line) => line.includes(mark))) found.push(`${when}: the server's log`);
  assert.ok(files > 10, `only ${files} files were searched`);
  assert.deepEqual(found, []);
}

async function plantInStore({ clients }: TestHouse, room: Room): Promise<void> {
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

async function plantInAccess({ clients }: TestHouse, secrets: [string, string][]): Promise<void> {
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

async function plantInKeysAndLogs({ clients }: TestHouse, room: Room): Promise<void> {
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

async function plantInGit({ clients, place }: TestHouse): Promise<void> {
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

async function plantInExperiments({ clients }: TestHouse, room: Room): Promise<void> {
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
