import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { AddTagsCommand, CreateTrainingJobCommand, UpdateTrialComponentCommand } from "@aws-sdk/client-sagemaker";
import {
  AdminClient,
  DescribeProvenanceCommand,
  DescribeReproductionCommand,
  ReproduceTrainingJobCommand,
} from "@strongroom/admin-api";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";
import { bucket, furnish, trained, trainingRequest, until, type Room } from "../sagemaker/room.ts";

describe("forged origins", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  let admin: AdminClient;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    const { place, credentials, agent } = house.clients;
    admin = new AdminClient({ ...place, credentials, agent });
    const Tags = [{ Key: "strongroom:commit", Value: "a".repeat(40) }];
    await house.clients.sagemaker.send(new CreateTrainingJobCommand({ ...trainingRequest(room, "honest"), Tags }));
    const job = await trained(house.clients, "honest");
    assert.equal(job.TrainingJobStatus, "Completed", job.FailureReason);
  });
  after(() => house[Symbol.asyncDispose]());

  const provenance = async () =>
    (await admin.send(new DescribeProvenanceCommand({ TrainingJobName: "honest" }))).Record ?? "";

  test("what a job was made of cannot be said otherwise afterwards", async () => {
    const before = await provenance();
    const { sagemaker } = house.clients;
    const { TrainingJobArn: ResourceArn } = await trained(house.clients, "honest");
    const Tags = [{ Key: "strongroom:commit", Value: "b".repeat(40) }];
    await sagemaker.send(new AddTagsCommand({ ResourceArn, Tags }));
    const told = { TrialComponentName: "honest-aws-training-job", Parameters: { num_round: { NumberValue: 9000 } } };
    await sagemaker.send(new UpdateTrialComponentCommand(told));
    assert.equal(await provenance(), before);
  });

  test("a model that was put in the place of the job's own does not become the job's", async () => {
    const Key = "models/honest/output/model.tar.gz";
    await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "another model" }));
    const { ReproductionJobName } = await admin.send(new ReproduceTrainingJobCommand({ TrainingJobName: "honest" }));
    const outcome = await until(
      () => admin.send(new DescribeReproductionCommand({ ReproductionJobName })),
      ({ Status }) => Status !== "InProgress",
    );
    assert.equal(outcome.Identical, true, outcome.FailureReason);
    assert.ok((await provenance()).includes(outcome.SourceModelSha256 ?? "none"), "the recorded model is compared");
  });

  test("who may not train cannot train by reproducing", async () => {
    using user = await newUser(house.clients, "reader", [
      { Effect: "Allow", Action: ["strongroom:*", "sagemaker:Describe*"], Resource: "*" },
    ]);
    const { place, credentials, agent } = user;
    const theirs = new AdminClient({ ...place, credentials, agent });
    const reproduce = new ReproduceTrainingJobCommand({ TrainingJobName: "honest" });
    await assert.rejects(theirs.send(reproduce), {
      name: "AccessDeniedException",
      message: /sagemaker:CreateTrainingJob|iam:PassRole/,
    });
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
