import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { InvokeEndpointCommand, type InvokeEndpointCommandInput } from "@aws-sdk/client-sagemaker-runtime";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  type CreateModelInput,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse, refusalOf } from "@strongroom/testkit";
import { bucket, furnish, keysBelow, textOf, trained, trainingRequest, until, type Room } from "./room.ts";

describe("endpoints", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clients: Clients;
  let room: Room;
  let modelUri: string;

  before(async () => {
    house = await startHouse();
    clients = house.clients;
    room = await furnish(clients);
    await clients.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, "model")));
    modelUri = (await trained(clients, "model")).ModelArtifacts?.S3ModelArtifacts ?? "";
  });
  after(() => house[Symbol.asyncDispose]());

  const modelRequest = (ModelName: string): CreateModelInput => ({
    ModelName,
    ExecutionRoleArn: room.roleArn,
    PrimaryContainer: { Image: "x/sagemaker-xgboost:1.7-1", ModelDataUrl: modelUri },
    VpcConfig: room.network,
  });
  const configure = async (EndpointConfigName: string, ModelName: string, prefix?: string) => {
    await clients.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName,
        KmsKeyId: room.keyArn,
        ProductionVariants: [
          { VariantName: "AllTraffic", ModelName, InitialInstanceCount: 1, InstanceType: "ml.m5.large" },
        ],
        ...(prefix === undefined
          ? {}
          : {
              DataCaptureConfig: {
                EnableCapture: true,
                InitialSamplingPercentage: 100,
                DestinationS3Uri: `s3://${bucket}/${prefix}`,
                KmsKeyId: room.keyArn,
                CaptureOptions: [{ CaptureMode: "InputAndOutput" as const }],
                CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"] },
              },
            }),
      }),
    );
  };
  const start = async (EndpointName: string, EndpointConfigName: string) => {
    await clients.sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName }));
    return await until(
      () => clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
      ({ EndpointStatus }) => EndpointStatus !== "Creating",
    );
  };
  const invoke = async (x: Partial<InvokeEndpointCommandInput>, by = clients) =>
    await by.runtime.send(
      new InvokeEndpointCommand({ EndpointName: "scores", ContentType: "text/csv", Body: "0.5,0.5", ...x }),
    );

  test("an endpoint serves its model and captures its traffic", async () => {
    await clients.sagemaker.send(new CreateModelCommand(modelRequest("model")));
    await configure("config", "model", "captured");
    const endpoint = await start("scores", "config");
    assert.equal(endpoint.FailureReason, undefined);
    assert.equal(endpoint.EndpointStatus, "InService");
    assert.equal(endpoint.DataCaptureConfig?.CaptureStatus, "Started");
    const answer = await invoke({ Body: "0.9,0.9\n-0.9,-0.9", InferenceId: "two-rows" });
    const [high = 0, low = 1] = answer.Body.transformToString().trim().split("\n").map(Number);
    assert.ok(high > 0.5 && low < 0.5, `${high}, ${low}`);
    assert.equal(answer.InvokedProductionVariant, "AllTraffic");
    assert.match(answer.ContentType ?? "", /^text\/csv/);
    const keys = await until(
      () => keysBelow(clients, "captured/"),
      (found) => found.length > 0,
    );
    assert.match(
      keys[0] ?? "",
      /^captured\/scores\/AllTraffic\/\d{4}\/\d\d\/\d\d\/\d\d\/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl$/,
    );
    const line = JSON.parse((await textOf(clients, keys[0] ?? "")).split("\n")[0] ?? "") as {
      captureData: { endpointInput: { data: string }; endpointOutput: { data: string } };
      eventMetadata: { inferenceId: string };
    };
    assert.equal(line.captureData.endpointInput.data, "0.9,0.9\n-0.9,-0.9");
    assert.equal(line.captureData.endpointOutput.data, answer.Body.transformToString());
    assert.equal(line.eventMetadata.inferenceId, "two-rows");
  });

  test("an invocation is a data event that names its endpoint", async () => {
    const { cloudtrail } = clients;
    const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: "InvokeEndpoint" }];
    const { Events } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 1 }));
    const record = JSON.parse(Events?.[0]?.CloudTrailEvent ?? "{}") as Record<string, unknown>;
    const { region, accountId } = clients.place;
    assert.deepEqual([record["eventCategory"], record["managementEvent"]], ["Data", false]);
    assert.deepEqual(record["resources"], [
      { type: "AWS::SageMaker::Endpoint", ARN: `arn:aws:sagemaker:${region}:${accountId}:endpoint/scores`, accountId },
    ]);
  });

  test("the container's own refusal comes back as ModelError, other requests as what is wrong with them", async () => {
    await assert.rejects(
      invoke({ Body: "a,b" }),
      (error: Error & { OriginalStatusCode?: number; $metadata?: object }) => {
        assert.equal(error.name, "ModelError");
        assert.equal(error.OriginalStatusCode, 400);
        assert.deepEqual((error.$metadata as { httpStatusCode: number }).httpStatusCode, 424);
        return true;
      },
    );
    await assert.rejects(invoke({ EndpointName: "none" }), { name: "ValidationError", message: /none/ });
    await assert.rejects(invoke({ TargetVariant: "Other" }), { name: "ValidationError", message: /Other/ });
    await assert.rejects(invoke({ TargetModel: "other.tar.gz" }), { message: /TargetModel/ });
    await assert.rejects(invoke({ Body: Buffer.alloc(6 * 1024 * 1024 + 1) }));
  });

  test("each permission is demanded", async () => {
    using nobody = await newUser(clients, "nobody");
    using passer = await newUser(clients, "no-role", [{ Effect: "Allow", Action: "sagemaker:*", Resource: "*" }]);
    const denied = { name: "AccessDeniedException" };
    await assert.rejects(invoke({}, nobody), denied);
    const model = new CreateModelCommand(modelRequest("denied"));
    await assert.rejects(nobody.sagemaker.send(model), denied);
    await assert.rejects(passer.sagemaker.send(model), { ...denied, message: /iam:PassRole/ });
    for (const command of [
      new DescribeEndpointCommand({ EndpointName: "scores" }),
      new DeleteEndpointCommand({ EndpointName: "scores" }),
      new CreateEndpointCommand({ EndpointName: "more", EndpointConfigName: "config" }),
    ]) {
      await assert.rejects(nobody.sagemaker.send(command as DescribeEndpointCommand), denied);
    }
  });

  test("a policy keeps models out of anywhere but a network", async () => {
    using user = await newUser(clients, "modeller", [
      { Effect: "Allow", Action: ["sagemaker:*", "iam:PassRole"], Resource: "*" },
      {
        Sid: "NoModelOutside",
        Effect: "Deny",
        Action: "sagemaker:CreateModel",
        Resource: "*",
        Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
      },
    ]);
    const outside = new CreateModelCommand({ ...modelRequest("outside"), VpcConfig: undefined });
    assert.match((await refusalOf(clients, user.sagemaker.send(outside))).because, /NoModelOutside/);
  });

  test("an endpoint that cannot serve is Failed with the reason", async () => {
    const container = { Image: "x/sagemaker-xgboost:1.7-1", ModelDataUrl: `s3://${bucket}/train/train.csv` };
    await clients.sagemaker.send(
      new CreateModelCommand({ ...modelRequest("no-archive"), PrimaryContainer: container }),
    );
    await configure("no-archive", "no-archive");
    const failed = await start("no-archive", "no-archive");
    assert.equal(failed.EndpointStatus, "Failed");
    assert.match(failed.FailureReason ?? "", /train\.csv cannot be unpacked/);
    const dies = { Image: "strongroom-workbench:1" };
    await clients.sagemaker.send(new CreateModelCommand({ ...modelRequest("dies"), PrimaryContainer: dies }));
    await configure("dies", "dies");
    assert.match((await start("dies", "dies")).FailureReason ?? "", /ended with exit code 1 before it was healthy/);
    await assert.rejects(invoke({ EndpointName: "no-archive" }), { name: "ValidationError", message: /Failed/ });
  });

  test("names, lists and deletions", async () => {
    const { sagemaker } = clients;
    await assert.rejects(sagemaker.send(new CreateModelCommand(modelRequest("model"))), {
      name: "ValidationException",
      message: /already existing model/,
    });
    await assert.rejects(configure("config", "model"), { message: /already existing endpoint configuration/ });
    await assert.rejects(configure("other", "none"), { message: /Could not find model ".*model\/none"/ });
    await assert.rejects(start("more", "none"), { message: /Could not find endpoint configuration/ });
    assert.equal(
      (await sagemaker.send(new DescribeModelCommand({ ModelName: "model" }))).ExecutionRoleArn,
      room.roleArn,
    );
    const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: "config" }));
    assert.equal(config.ProductionVariants?.[0]?.ModelName, "model");
    assert.equal((await sagemaker.send(new ListModelsCommand({}))).Models?.length, 3);
    assert.equal((await sagemaker.send(new ListEndpointConfigsCommand({}))).EndpointConfigs?.length, 3);
    const listed = await sagemaker.send(new ListEndpointsCommand({ StatusEquals: "InService" }));
    assert.deepEqual(
      listed.Endpoints?.map(({ EndpointName }) => EndpointName),
      ["scores"],
    );
    await sagemaker.send(new DeleteEndpointCommand({ EndpointName: "scores" }));
    const gone = new DescribeEndpointCommand({ EndpointName: "scores" });
    await until(
      () =>
        sagemaker.send(gone).then(
          () => "there",
          (error: unknown) => (error as Error).message,
        ),
      (message) => message.startsWith("Could not find endpoint"),
    );
    await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: "config" }));
    await sagemaker.send(new DeleteModelCommand({ ModelName: "model" }));
    const model = new DescribeModelCommand({ ModelName: "model" });
    await assert.rejects(sagemaker.send(model), { name: "ValidationException", message: /Could not find model/ });
  });
});
