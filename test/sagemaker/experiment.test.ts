import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  AddTagsCommand,
  AssociateTrialComponentCommand,
  CreateExperimentCommand,
  CreateTrainingJobCommand,
  CreateTrialCommand,
  CreateTrialComponentCommand,
  DeleteExperimentCommand,
  DeleteTagsCommand,
  DeleteTrialCommand,
  DeleteTrialComponentCommand,
  DescribeExperimentCommand,
  DescribeTrialCommand,
  DescribeTrialComponentCommand,
  DisassociateTrialComponentCommand,
  ListExperimentsCommand,
  ListTagsCommand,
  ListTrialComponentsCommand,
  ListTrialsCommand,
  SearchCommand,
  UpdateTrialComponentCommand,
  type SearchRequest,
} from "@aws-sdk/client-sagemaker";
import { AdminClient, DescribeProvenanceCommand } from "@strongroom/admin-api";
import {
  DescribeReproductionCommand,
  ReproduceTrainingJobCommand,
  type DescribeReproductionResponse,
} from "@strongroom/admin-api";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { bucket, furnish, table, trained, trainingRequest, until, type Room } from "./room.ts";

describe("experiments and reproduction", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clients: Clients;
  let room: Room;

  before(async () => {
    house = await startHouse();
    clients = house.clients;
    room = await furnish(clients);
    await clients.sagemaker.send(new CreateExperimentCommand({ ExperimentName: "credit", Description: "risk" }));
    await clients.sagemaker.send(new CreateTrialCommand({ TrialName: "first", ExperimentName: "credit" }));
  });
  after(() => house[Symbol.asyncDispose]());

  const admin = (by: Clients) =>
    new AdminClient({
      endpoint: by.place.endpoint,
      region: by.place.region,
      credentials: by.credentials,
      agent: by.agent,
    });
  const search = async (Name: string, Value: string, more: Partial<SearchRequest> = {}) => {
    const SearchExpression = { Filters: [{ Name, Operator: "Equals" as const, Value }] };
    const { Results } = await clients.sagemaker.send(
      new SearchCommand({ Resource: "ExperimentTrialComponent", SearchExpression, ...more }),
    );
    return (Results ?? []).map(({ TrialComponent }) => TrialComponent ?? {});
  };

  test("a training job tracks itself in its trial, as ExperimentAnalytics reads it", async () => {
    const ExperimentConfig = { ExperimentName: "credit", TrialName: "first", TrialComponentDisplayName: "training" };
    const Tags = [
      { Key: "strongroom:repository", Value: "risk" },
      { Key: "strongroom:commit", Value: "0123abc" },
    ];
    await clients.sagemaker.send(
      new CreateTrainingJobCommand({ ...trainingRequest(room, "tracked"), ExperimentConfig, Tags }),
    );
    const job = await trained(clients, "tracked");
    const [component] = await search("Parents.ExperimentName", "credit");
    assert.equal(component?.TrialComponentName, "tracked-aws-training-job");
    assert.equal(component.DisplayName, "training");
    assert.equal(component.Source?.SourceArn, job.TrainingJobArn);
    assert.equal(component.Status?.PrimaryStatus, "Completed");
    assert.deepEqual(component.Parents, [{ TrialName: "first", ExperimentName: "credit" }]);
    assert.deepEqual(component.Parameters?.["num_round"], { NumberValue: 5 });
    assert.deepEqual(component.Parameters["objective"], { StringValue: "binary:logistic" });
    assert.deepEqual(component.Parameters["SageMaker.InstanceType"], { StringValue: "ml.m5.large" });
    assert.deepEqual(component.InputArtifacts?.["train"], { MediaType: "text/csv", Value: `s3://${bucket}/train/` });
    assert.equal(component.OutputArtifacts?.["SageMaker.ModelArtifact"]?.Value, job.ModelArtifacts?.S3ModelArtifacts);
    const auc = component.Metrics?.find(({ MetricName }) => MetricName === "validation:auc");
    assert.equal(auc?.Count, 5);
    assert.ok((auc.Max ?? 0) >= (auc.Avg ?? 1) && (auc.Avg ?? 0) >= (auc.Min ?? 1));
  });

  test("components of one's own: made, changed, moved, found and deleted", async () => {
    const { sagemaker } = clients;
    const TrialComponentName = "by-hand";
    await sagemaker.send(
      new CreateTrialComponentCommand({
        TrialComponentName,
        Parameters: { eta: { NumberValue: 0.5 }, old: { StringValue: "x" } },
      }),
    );
    await sagemaker.send(
      new UpdateTrialComponentCommand({
        TrialComponentName,
        Parameters: { depth: { NumberValue: 3 } },
        ParametersToRemove: ["old"],
        OutputArtifacts: { plot: { Value: "s3://b/plot.svg", MediaType: "image/svg+xml" } },
      }),
    );
    const described = await sagemaker.send(new DescribeTrialComponentCommand({ TrialComponentName }));
    assert.deepEqual(described.Parameters, { eta: { NumberValue: 0.5 }, depth: { NumberValue: 3 } });
    await sagemaker.send(new AssociateTrialComponentCommand({ TrialComponentName, TrialName: "first" }));
    assert.equal((await search("Parents.TrialName", "first")).length, 2);
    const [first] = await search("Parents.TrialName", "first", { SortBy: "Parameters.depth", SortOrder: "Descending" });
    assert.equal(first?.TrialComponentName, TrialComponentName);
    const listed = await sagemaker.send(new ListTrialComponentsCommand({ TrialName: "first" }));
    assert.equal(listed.TrialComponentSummaries?.length, 2);
    const trials = await sagemaker.send(new ListTrialsCommand({ TrialComponentName }));
    assert.deepEqual(
      trials.TrialSummaries?.map(({ TrialName }) => TrialName),
      ["first"],
    );
    const remove = new DeleteTrialComponentCommand({ TrialComponentName });
    await assert.rejects(sagemaker.send(remove), { name: "ValidationException", message: /disassociate/ });
    await sagemaker.send(new DisassociateTrialComponentCommand({ TrialComponentName, TrialName: "first" }));
    await sagemaker.send(remove);
    await assert.rejects(sagemaker.send(remove), { name: "ResourceNotFound" });
    await assert.rejects(search("Parents.TrialName", "first", { SortBy: "Colour" }), { message: /Colour/ });
  });

  test("experiments and trials: described, listed, kept while they hold something", async () => {
    const { sagemaker } = clients;
    const experiment = await sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "credit" }));
    assert.equal(experiment.Description, "risk");
    assert.equal((await sagemaker.send(new DescribeTrialCommand({ TrialName: "first" }))).ExperimentName, "credit");
    assert.equal((await sagemaker.send(new ListExperimentsCommand({}))).ExperimentSummaries?.length, 1);
    await assert.rejects(sagemaker.send(new CreateExperimentCommand({ ExperimentName: "credit" })), {
      name: "ValidationException",
      message: /already exists/,
    });
    await assert.rejects(sagemaker.send(new CreateTrialCommand({ TrialName: "t", ExperimentName: "none" })), {
      name: "ResourceNotFound",
    });
    const held = { name: "ValidationException" };
    await assert.rejects(sagemaker.send(new DeleteExperimentCommand({ ExperimentName: "credit" })), held);
    await assert.rejects(sagemaker.send(new DeleteTrialCommand({ TrialName: "first" })), held);
    await sagemaker.send(new CreateExperimentCommand({ ExperimentName: "short" }));
    await sagemaker.send(new DeleteExperimentCommand({ ExperimentName: "short" }));
    const gone = new DescribeExperimentCommand({ ExperimentName: "short" });
    await assert.rejects(sagemaker.send(gone), { name: "ResourceNotFound" });
  });

  test("tags decide who may do what", async () => {
    const { sagemaker } = clients;
    const { ExperimentArn: ResourceArn = "" } = await sagemaker.send(
      new CreateExperimentCommand({ ExperimentName: "tagged", Tags: [{ Key: "team", Value: "risk" }] }),
    );
    using user = await newUser(clients, "tagger", [
      {
        Effect: "Allow",
        Action: "sagemaker:DescribeExperiment",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": "risk" } },
      },
    ]);
    const describe = new DescribeExperimentCommand({ ExperimentName: "tagged" });
    await user.sagemaker.send(describe);
    await sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [{ Key: "team", Value: "fraud" }] }));
    await assert.rejects(user.sagemaker.send(describe), { name: "AccessDeniedException" });
    assert.deepEqual((await sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags, [
      { Key: "team", Value: "fraud" },
    ]);
    await sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ["team"] }));
    assert.deepEqual((await sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags, []);
    const other = new ListTagsCommand({ ResourceArn: `${ResourceArn}-none` });
    await assert.rejects(sagemaker.send(other), { name: "ValidationException", message: /Could not find/ });
  });

  test("the record names everything by digest, and training from it gives the same bytes", async () => {
    // The recorded version is used, whatever lies there now.
    await clients.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: "train/train.csv", Body: table.replaceAll("0.5", "0.6") }),
    );
    const { Record } = await admin(clients).send(new DescribeProvenanceCommand({ TrainingJobName: "tracked" }));
    const record = JSON.parse(Record ?? "") as {
      code: object;
      image: { digest: string };
      inputs: { objects: { sha256: string; versionId: string }[] }[];
      model: { sha256: string };
    };
    assert.deepEqual(record.code, { repository: "risk", commit: "0123abc" });
    for (const digest of [record.image.digest, record.model.sha256, record.inputs[0]?.objects[0]?.sha256])
      assert.match(digest ?? "", /^[0-9a-f]{64}$/);
    const started = await admin(clients).send(new ReproduceTrainingJobCommand({ TrainingJobName: "tracked" }));
    assert.equal(started.ReproductionJobName, "tracked-reproduction-1");
    const state = await reproduced("tracked-reproduction-1");
    assert.equal(state.FailureReason, undefined);
    assert.deepEqual(
      [state.Identical, state.SourceModelSha256, state.ReproducedModelSha256],
      [true, record.model.sha256, record.model.sha256],
    );
  });

  test("reproducing is no way around a policy", async () => {
    using user = await newUser(clients, "reproducer", [{ Effect: "Allow", Action: "strongroom:*", Resource: "*" }]);
    const request = new ReproduceTrainingJobCommand({ TrainingJobName: "tracked" });
    await assert.rejects(admin(user).send(request), {
      name: "AccessDeniedException",
      message: /sagemaker:CreateTrainingJob/,
    });
    const unknown = new ReproduceTrainingJobCommand({ TrainingJobName: "none" });
    await assert.rejects(admin(clients).send(unknown), { name: "ResourceNotFoundException" });
    using nobody = await newUser(clients, "nobody");
    for (const command of [
      new DescribeProvenanceCommand({ TrainingJobName: "tracked" }),
      new DescribeReproductionCommand({ ReproductionJobName: "tracked-reproduction-1" }),
    ]) {
      await assert.rejects(admin(nobody).send(command as DescribeProvenanceCommandLike), {
        name: "AccessDeniedException",
      });
    }
  });

  async function reproduced(ReproductionJobName: string): Promise<DescribeReproductionResponse> {
    return await until(
      () => admin(clients).send(new DescribeReproductionCommand({ ReproductionJobName })),
      ({ Status }) => Status === "Completed" || Status === "Failed",
    );
  }
});

type DescribeProvenanceCommandLike = InstanceType<typeof DescribeProvenanceCommand>;
