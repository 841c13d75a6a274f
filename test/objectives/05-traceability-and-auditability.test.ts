import { strict as assert } from "node:assert";
import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { LookupEventsCommand, type LookupAttribute } from "@aws-sdk/client-cloudtrail";
import { CreateAccessKeyCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, EncryptCommand, GenerateDataKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateExperimentCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  CreateTrialCommand,
  SearchCommand,
} from "@aws-sdk/client-sagemaker";
import { AdminClient, VerifyAuditCommand, type VerifyAuditResponse } from "@strongroom/admin-api";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";
import { bucket, furnish, processed, trained, trainingRequest, type Room } from "../sagemaker/room.ts";
import { nodeRequest } from "./node-request.ts";

/** What these tests read of a record. */
interface Record {
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly sourceIPAddress: string;
  readonly vpcEndpointId?: string;
  readonly requestID: string;
  readonly readOnly: boolean;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly userIdentity: { readonly type: string; readonly arn?: string; readonly accessKeyId?: string };
  readonly requestParameters?: Readonly<globalThis.Record<string, unknown>>;
}

describe("objective 5: traceability and auditability", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  async function recordsOf(AttributeKey: LookupAttribute["AttributeKey"], AttributeValue: string): Promise<Record[]> {
    const { Events } = await house.clients.cloudtrail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }], MaxResults: 50 }),
    );
    return (Events ?? []).map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? "{}") as Record);
  }

  const verify = async (): Promise<VerifyAuditResponse> => {
    const { place, credentials, agent } = house.clients;
    return await new AdminClient({ ...place, credentials, agent }).send(new VerifyAuditCommand({}));
  };

  test("who did what, when, from where and how it ended stands in the trail once it is answered", async () => {
    using ada = await newUser(house.clients, "ada", [
      { Effect: "Allow", Action: ["s3:CreateBucket", "s3:PutObject"], Resource: "*" },
    ]);
    const began = Date.now() - 1000;
    await ada.s3.send(new CreateBucketCommand({ Bucket: "adas" }));
    await ada.s3.send(new PutObjectCommand({ Bucket: "adas", Key: "k", Body: "the body is not recorded" }));
    await assert.rejects(ada.s3.send(new GetObjectCommand({ Bucket: "adas", Key: "k" })));
    const records = await recordsOf("Username", "ada");
    const outcomes = new Map(records.map((record) => [record.eventName, record]));
    const created = outcomes.get("CreateBucket");
    assert.equal(created?.eventSource, "s3.amazonaws.com");
    assert.equal(created.sourceIPAddress, "127.0.0.1");
    assert.match(created.userIdentity.arn ?? "", /:user\/ada$/);
    assert.ok(Date.parse(created.eventTime) >= began);
    assert.match(JSON.stringify(created.requestParameters), /adas/);
    assert.equal(created.errorCode, undefined);
    const refused = outcomes.get("GetObject");
    assert.deepEqual([refused?.errorCode, refused?.readOnly], ["AccessDenied", true]);
    assert.match(refused?.errorMessage ?? "", /s3:GetObject/);
    assert.ok(!JSON.stringify(records).includes("the body is not recorded"));
  });

  test("secrets do not get into the trail", async () => {
    const { iam, kms } = house.clients;
    await iam.send(new CreateUserCommand({ UserName: "bob" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "bob" }));
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("a plaintext that is secret") }));
    const { Plaintext } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
    const told = JSON.stringify([
      await recordsOf("EventName", "CreateAccessKey"),
      await recordsOf("EventName", "Encrypt"),
      await recordsOf("EventName", "GenerateDataKey"),
    ]);
    assert.match(told, new RegExp(AccessKey?.AccessKeyId ?? "none"), "the key's id is recorded");
    const secrets = [
      AccessKey?.SecretAccessKey ?? "",
      Buffer.from("a plaintext that is secret").toString("base64"),
      Buffer.from(Plaintext ?? []).toString("base64"),
    ];
    for (const secret of secrets) assert.ok(secret !== "" && !told.includes(secret));
  });

  test("what came through a network's endpoint is recorded with it, under the job's role", async () => {
    const program = `
      import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
      const { Body } = await new S3Client({}).send(new GetObjectCommand({ Bucket: "${bucket}", Key: "train/train.csv" }));
      await Body.transformToString();`;
    const request = nodeRequest(room, "reader", program);
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(request));
    const job = await processed(house.clients, "reader");
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    const inside = (await recordsOf("EventName", "GetObject")).find(({ vpcEndpointId }) => vpcEndpointId !== undefined);
    assert.match(inside?.vpcEndpointId ?? "", /^vpce-/);
    assert.equal(inside?.userIdentity.type, "AssumedRole");
    assert.match(inside.userIdentity.arn ?? "", /:assumed-role\/execution\//);
    assert.match(inside.sourceIPAddress, /^10\.40\./);
  });

  test("the lineage of a trial is a table: parameters, inputs, metrics, output", async () => {
    const { sagemaker } = house.clients;
    await sagemaker.send(new CreateExperimentCommand({ ExperimentName: "credit" }));
    await sagemaker.send(new CreateTrialCommand({ TrialName: "credit-trial", ExperimentName: "credit" }));
    const ExperimentConfig = { ExperimentName: "credit", TrialName: "credit-trial" };
    await sagemaker.send(new CreateTrainingJobCommand({ ...trainingRequest(room, "traced"), ExperimentConfig }));
    const job = await trained(house.clients, "traced");
    assert.equal(job.TrainingJobStatus, "Completed", job.FailureReason);
    const { Results } = await sagemaker.send(
      new SearchCommand({
        Resource: "ExperimentTrialComponent",
        SearchExpression: { Filters: [{ Name: "Parents.TrialName", Operator: "Equals", Value: "credit-trial" }] },
      }),
    );
    const component = Results?.[0]?.TrialComponent;
    assert.ok(component, "the job is a component of the trial");
    assert.equal(component.Source?.SourceArn, job.TrainingJobArn);
    assert.equal(
      component.Parameters?.["num_round"]?.NumberValue ?? component.Parameters?.["num_round"]?.StringValue,
      5,
    );
    assert.ok(component.Metrics?.some(({ MetricName }) => MetricName === "validation:auc"));
    assert.ok(Object.values(component.InputArtifacts ?? {}).some(({ Value }) => Value === `s3://${bucket}/train/`));
    assert.ok(
      Object.values(component.OutputArtifacts ?? {}).some(
        ({ Value }) => Value === job.ModelArtifacts?.S3ModelArtifacts,
      ),
    );
  });

  test("the whole of it is one chain: a changed byte is found", async () => {
    const held = await verify();
    assert.equal(held.Held, true, held.Problem);
    const folder = join(house.dataDir, "audit");
    const path = join(folder, (await readdir(folder)).sort()[0] ?? "");
    const at = Math.floor((await stat(path)).size / 2);
    await flip(path, at);
    const broken = await verify();
    assert.equal(broken.Held, false);
    assert.ok(broken.Segment !== undefined && broken.Problem !== undefined);
    await flip(path, at);
    assert.equal((await verify()).Held, true);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});

async function flip(path: string, at: number): Promise<void> {
  await using file = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
}
