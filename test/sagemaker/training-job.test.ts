import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTagsCommand,
  ListTrainingJobsCommand,
  StopTrainingJobCommand,
  type CreateTrainingJobRequest,
  type ListTrainingJobsRequest,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, newRole, newUser, startHouse, type Clients, type TestHouse, refusalOf } from "@strongroom/testkit";
import { bucket, furnish, keysBelow, linesOf, trained, trainingRequest, until, type Room } from "./room.ts";

describe("training jobs", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clients: Clients;
  let room: Room;

  before(async () => {
    house = await startHouse();
    clients = house.clients;
    room = await furnish(clients);
  });
  after(() => house[Symbol.asyncDispose]());

  const create = async (request: CreateTrainingJobRequest, by = clients) =>
    await by.sagemaker.send(new CreateTrainingJobCommand(request));
  const run = async (request: CreateTrainingJobRequest) => {
    await create(request);
    return await trained(clients, request.TrainingJobName ?? "");
  };

  test("a job trains in its network and leaves an encrypted model, metrics and a log", async () => {
    const job = await run(trainingRequest(room, "whole"));
    assert.equal(job.FailureReason, undefined);
    assert.equal(job.TrainingJobStatus, "Completed");
    assert.deepEqual(
      job.SecondaryStatusTransitions?.map(({ Status }) => Status),
      ["Starting", "Downloading", "Training", "Uploading", "Completed"],
    );
    assert.ok(job.SecondaryStatusTransitions.every(({ StartTime, EndTime }) => Number(EndTime) >= Number(StartTime)));
    assert.deepEqual(job.FinalMetricDataList?.map(({ MetricName }) => MetricName).sort(), [
      "train:auc",
      "validation:auc",
    ]);
    assert.equal(job.ModelArtifacts?.S3ModelArtifacts, `s3://${bucket}/models/whole/output/model.tar.gz`);
    const head = await clients.s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: "models/whole/output/model.tar.gz" }),
    );
    assert.equal(head.SSEKMSKeyId, room.keyArn);
    const lines = await linesOf(clients, "/aws/sagemaker/TrainingJobs", "whole/algo-1-");
    assert.ok(
      lines.some((line) => /^\[4\]#011train-auc:[0-9.]+#011validation-auc:/.test(line)),
      lines.join("\n"),
    );
    assert.deepEqual(house.log, []);
  });

  test("equal jobs give equal model archives", async () => {
    await run(trainingRequest(room, "twin-a"));
    await run(trainingRequest(room, "twin-b"));
    const [a, b] = await Promise.all(["twin-a", "twin-b"].map((name) => digestOf(clients, name)));
    assert.equal(a, b);
  });

  test("policies see the request: no subnet, no key, too long a run", async () => {
    using user = await newUser(clients, "trainer", [
      { Effect: "Allow", Action: ["sagemaker:CreateTrainingJob", "iam:PassRole"], Resource: "*" },
      {
        Sid: "OnlyInANetwork",
        Effect: "Deny",
        Action: "sagemaker:CreateTrainingJob",
        Resource: "*",
        Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
      },
      {
        Sid: "OnlyUnderAKey",
        Effect: "Deny",
        Action: "sagemaker:CreateTrainingJob",
        Resource: "*",
        Condition: { Null: { "sagemaker:VolumeKmsKey": "true" } },
      },
      {
        Sid: "NotForLong",
        Effect: "Deny",
        Action: "sagemaker:CreateTrainingJob",
        Resource: "*",
        Condition: { NumericGreaterThan: { "sagemaker:MaxRuntimeInSeconds": "3600" } },
      },
    ]);
    const outside = { ...trainingRequest(room, "outside"), VpcConfig: undefined };
    assert.match((await refusalOf(clients, create(outside, user))).because, /OnlyInANetwork/);
    const request = trainingRequest(room, "keyless");
    const keyless = { ...request, ResourceConfig: { ...request.ResourceConfig, VolumeKmsKeyId: undefined } };
    assert.match((await refusalOf(clients, create(keyless, user))).because, /OnlyUnderAKey/);
    const long = { ...request, StoppingCondition: { MaxRuntimeInSeconds: 7200 } };
    assert.match((await refusalOf(clients, create(long, user))).because, /NotForLong/);
    await create({ ...request, TrainingJobName: "allowed" }, user);
    await trained(clients, "allowed");
  });

  test("each permission is demanded: the creation, the role, the tags", async () => {
    const withTags = { ...trainingRequest(room, "denied"), Tags: [{ Key: "team", Value: "risk" }] };
    using nobody = await newUser(clients, "nobody");
    await assert.rejects(create(withTags, nobody), { name: "AccessDeniedException", message: /CreateTrainingJob/ });
    using noRole = await newUser(clients, "no-role", [{ Effect: "Allow", Action: "sagemaker:*", Resource: "*" }]);
    await assert.rejects(create(withTags, noRole), { name: "AccessDeniedException", message: /iam:PassRole/ });
    using noTags = await newUser(clients, "no-tags", [
      { Effect: "Allow", Action: ["sagemaker:CreateTrainingJob", "iam:PassRole"], Resource: "*" },
    ]);
    await assert.rejects(create(withTags, noTags), { name: "AccessDeniedException", message: /sagemaker:AddTags/ });
    await create({ ...withTags, TrainingJobName: "tagged" });
    const { TrainingJobArn: ResourceArn } = await trained(clients, "tagged");
    const { Tags } = await clients.sagemaker.send(new ListTagsCommand({ ResourceArn }));
    assert.deepEqual(Tags, [{ Key: "team", Value: "risk" }]);
  });

  test("what is not supported or not there is refused by name, before anything is queued", async () => {
    const request = trainingRequest(room, "refused");
    const { AlgorithmSpecification: algorithm } = request;
    const cases: [Partial<CreateTrainingJobRequest>, RegExp][] = [
      [{ EnableManagedSpotTraining: true }, /EnableManagedSpotTraining/],
      [{ CheckpointConfig: { S3Uri: `s3://${bucket}/checkpoints` } }, /CheckpointConfig/],
      [{ RetryStrategy: { MaximumRetryAttempts: 2 } }, /RetryStrategy/],
      [{ ResourceConfig: { ...request.ResourceConfig, InstanceCount: 2 } }, /InstanceCount/],
      [
        { ResourceConfig: { ...request.ResourceConfig, InstanceType: "ml.q9.large" as "ml.m5.large" } },
        /ml\.q9\.large/,
      ],
      [{ AlgorithmSpecification: { ...algorithm, TrainingInputMode: "Pipe" } }, /TrainingInputMode/],
      [
        { AlgorithmSpecification: { ...algorithm, TrainingInputMode: "File", TrainingImage: "x/other:1" } },
        /x\/other:1/,
      ],
      [{ RoleArn: `arn:aws:iam::${clients.place.accountId}:role/nobody` }, /role\/nobody/],
      [{ StoppingCondition: undefined }, /StoppingCondition/],
      [{ TrainingJobName: "no_underscores" }, /TrainingJobName/],
    ];
    for (const [part, message] of cases) {
      await assert.rejects(create({ ...request, ...part }), { name: "ValidationException", message });
    }
    const trial = { ExperimentConfig: { TrialName: "none" } };
    await assert.rejects(create({ ...request, ...trial }), { name: "ResourceNotFound", message: /none/ });
    await create({ ...request, TrainingJobName: "once" });
    await assert.rejects(create({ ...request, TrainingJobName: "once" }), { name: "ResourceInUse", message: /once/ });
    const unknown = new DescribeTrainingJobCommand({ TrainingJobName: "unknown" });
    await assert.rejects(clients.sagemaker.send(unknown), { name: "ValidationException", message: /not found/ });
    await trained(clients, "once");
  });

  test("a failure says what a data scientist has to know", async () => {
    const request = trainingRequest(room, "x");
    const unknown = { ...request.HyperParameters, num_ruond: "5" };
    const typo = await run({ ...request, TrainingJobName: "typo", HyperParameters: unknown });
    assert.match(typo.FailureReason ?? "", /num_ruond/);
    const nothing = await run({ ...request, TrainingJobName: "nothing", InputDataConfig: channels("nowhere/") });
    assert.match(nothing.FailureReason ?? "", /^ClientError: Data download failed.*No S3 objects found.*nowhere/);
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "broken/train.csv", Body: "1,2,3\n0,a,b\n" }));
    const broken = await run({ ...request, TrainingJobName: "broken", InputDataConfig: channels("broken/") });
    assert.match(broken.FailureReason ?? "", /line 2/);
    const closed = await run({ ...request, TrainingJobName: "closed", VpcConfig: room.closed });
    assert.match(closed.FailureReason ?? "", /com\.amazonaws\.us-east-1\.s3/);
    const weak = await newRole(clients, "weak", [{ Effect: "Allow", Action: "kms:*", Resource: "*" }]);
    const denied = await run({ ...request, TrainingJobName: "weak", RoleArn: weak.arn });
    assert.match(denied.FailureReason ?? "", /s3:ListBucket/);
  });

  test("a disabled key stops the job that needs it, and is named", async () => {
    await clients.kms.send(new DisableKeyCommand({ KeyId: room.keyArn }));
    const job = await run(trainingRequest(room, "locked"));
    await clients.kms.send(new EnableKeyCommand({ KeyId: room.keyArn }));
    assert.equal(job.TrainingJobStatus, "Failed");
    assert.ok(job.FailureReason?.includes(room.keyArn), job.FailureReason);
  });

  test("a job is stopped when it is asked to, and when its time is over", async () => {
    const sleeper = (name: string, seconds: number): CreateTrainingJobRequest => ({
      ...trainingRequest(room, name),
      AlgorithmSpecification: {
        TrainingImage: "strongroom-workbench:1",
        TrainingInputMode: "File",
        ContainerEntrypoint: ["/bin/sh", "-c", "trap 'echo part > /opt/ml/model/part; exit 0' TERM; sleep 30 & wait"],
      },
      StoppingCondition: { MaxRuntimeInSeconds: seconds },
    });
    const over = await run(sleeper("over", 1));
    assert.deepEqual([over.TrainingJobStatus, over.SecondaryStatus], ["Stopped", "MaxRuntimeExceeded"]);
    await create(sleeper("stopped", 60));
    const describe = new DescribeTrainingJobCommand({ TrainingJobName: "stopped" });
    await until(
      () => clients.sagemaker.send(describe),
      (job) => job.SecondaryStatus === "Training",
    );
    // The shell needs a moment to set its trap.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await clients.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: "stopped" }));
    const stopped = await trained(clients, "stopped");
    assert.deepEqual([stopped.TrainingJobStatus, stopped.SecondaryStatus], ["Stopped", "Stopped"]);
    assert.deepEqual(await keysBelow(clients, "models/stopped/"), ["models/stopped/output/model.tar.gz"]);
    const again = new StopTrainingJobCommand({ TrainingJobName: "stopped" });
    await assert.rejects(clients.sagemaker.send(again), { name: "ValidationException", message: /Stopped/ });
  });

  test("a list is in order, in pages, and filtered", async () => {
    const list = (x: ListTrainingJobsRequest) => clients.sagemaker.send(new ListTrainingJobsCommand(x));
    const first = await list({ MaxResults: 2, NameContains: "twin", SortBy: "Name", SortOrder: "Ascending" });
    assert.deepEqual(
      first.TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName),
      ["twin-a", "twin-b"],
    );
    const one = await list({ MaxResults: 1 });
    const two = await list({ MaxResults: 1, ...(one.NextToken === undefined ? {} : { NextToken: one.NextToken }) });
    assert.notEqual(one.TrainingJobSummaries?.[0]?.TrainingJobName, two.TrainingJobSummaries?.[0]?.TrainingJobName);
    const failed = await list({ StatusEquals: "Failed", MaxResults: 100 });
    assert.ok(failed.TrainingJobSummaries?.every(({ TrainingJobStatus }) => TrainingJobStatus === "Failed"));
    await assert.rejects(list({ NextToken: "%%%" }), { name: "ValidationException" });
  });
});

function channels(prefix: string): NonNullable<CreateTrainingJobRequest["InputDataConfig"]> {
  const S3DataSource = { S3DataType: "S3Prefix" as const, S3Uri: `s3://${bucket}/${prefix}` };
  return [{ ChannelName: "train", ContentType: "text/csv", DataSource: { S3DataSource } }];
}

async function digestOf({ s3 }: Clients, name: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `models/${name}/output/model.tar.gz` }));
  const bytes = (await Body?.transformToByteArray()) ?? assert.fail("no model");
  return createHash("sha256").update(bytes).digest("hex");
}
