import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import {
  AdminClient,
  DescribeProvenanceCommand,
  DescribeReproductionCommand,
  ReproduceTrainingJobCommand,
  type DescribeReproductionResponse,
} from "@strongroom/admin-api";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";
import { bucket, furnish, table, trained, trainingRequest, until, type Room } from "../sagemaker/room.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";

describe("objective 8: reproducibility", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  let admin: AdminClient;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    const { place, credentials, agent } = house.clients;
    admin = new AdminClient({ ...place, credentials, agent });
    const request = trainingRequest(room, "first");
    const HyperParameters = { ...request.HyperParameters, subsample: "0.7", colsample_bytree: "0.5", num_round: "20" };
    const Tags = [
      { Key: "strongroom:repository", Value: "credit-risk" },
      { Key: "strongroom:commit", Value: commit },
    ];
    await house.clients.sagemaker.send(new CreateTrainingJobCommand({ ...request, HyperParameters, Tags }));
    const job = await trained(house.clients, "first");
    assert.equal(job.TrainingJobStatus, "Completed", job.FailureReason);
  });
  after(() => house[Symbol.asyncDispose]());

  async function reproduced(): Promise<DescribeReproductionResponse> {
    const { ReproductionJobName } = await admin.send(new ReproduceTrainingJobCommand({ TrainingJobName: "first" }));
    return await until(
      () => admin.send(new DescribeReproductionCommand({ ReproductionJobName })),
      ({ Status }) => Status !== "InProgress",
    );
  }

  test("the record pins commit, input versions with digests, image digest, parameters, role and keys", async () => {
    const { Record } = await admin.send(new DescribeProvenanceCommand({ TrainingJobName: "first" }));
    const { Versions } = await house.clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: "train/" }),
    );
    const { Body } = await house.clients.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: "models/first/output/model.tar.gz" }),
    );
    const model = createHash("sha256")
      .update((await Body?.transformToByteArray()) ?? "")
      .digest("hex");
    const pinned = {
      commit,
      "version of the input": Versions?.[0]?.VersionId ?? "",
      "digest of the input": createHash("sha256").update(table).digest("hex"),
      "digest of the model": model,
      parameter: "colsample_bytree",
      role: room.roleArn,
      key: room.keyArn,
    };
    for (const [what, value] of Object.entries(pinned)) {
      assert.ok(value !== "" && Record?.includes(value), `${what} ${value} is not in ${Record ?? ""}`);
    }
    assert.match(Record ?? "", /image[^}]*[0-9a-f]{64}/i, "the image's digest");
  });

  test("trained again from its record, the model is byte for byte the same", async () => {
    const again = await reproduced();
    assert.equal(again.Status, "Completed", again.FailureReason);
    assert.equal(again.Identical, true);
    assert.equal(again.SourceModelSha256, again.ReproducedModelSha256);
    assert.match(again.SourceModelSha256 ?? "", /^[0-9a-f]{64}$/);
  });

  test("newer data does not matter: the recorded version is what is trained on", async () => {
    const other = table.replaceAll("0.", "1.");
    await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "train/train.csv", Body: other }));
    await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "train/more.csv", Body: other }));
    const again = await reproduced();
    assert.equal(again.Status, "Completed", again.FailureReason);
    assert.equal(again.Identical, true);
    await house.clients.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, "with-newer-data")));
    const { Body } = await house.clients.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: (await modelKey("with-newer-data")) ?? "" }),
    );
    const digest = createHash("sha256").update((await Body?.transformToByteArray()) ?? "");
    assert.notEqual(digest.digest("hex"), again.SourceModelSha256, "other data make another model");
  });

  test("where the recorded version is gone, it says so and trains on nothing else", async () => {
    const { Versions } = await house.clients.s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: "train/train.csv" }),
    );
    const oldest = Versions?.at(-1);
    await house.clients.s3.send(
      new DeleteObjectCommand({ Bucket: bucket, Key: "train/train.csv", VersionId: oldest?.VersionId }),
    );
    const told = await reproduced().then(
      ({ Status, FailureReason }) => `${Status ?? ""}: ${FailureReason ?? ""}`,
      (error: unknown) => String(error),
    );
    assert.doesNotMatch(told, /^Completed/);
    assert.match(told, /train\/train\.csv/);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });

  async function modelKey(name: string): Promise<string | undefined> {
    const job = await trained(house.clients, name);
    assert.equal(job.TrainingJobStatus, "Completed", job.FailureReason);
    return job.ModelArtifacts?.S3ModelArtifacts?.slice(`s3://${bucket}/`.length);
  }
});
