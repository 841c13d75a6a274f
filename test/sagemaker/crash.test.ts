import { strict as assert } from "node:assert";
import { describe, test } from "node:test";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeProcessingJobCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { hostLacks, startHouseProcess } from "@strongroom/testkit";
import { bucket, furnish, keysBelow, processed, scriptRequest, trained, trainingRequest, until } from "./room.ts";

describe("after kill -9", { skip: await hostLacks() }, () => {
  test("a running job begins again, a waiting one runs, an endpoint serves again", async () => {
    await using house = await startHouseProcess();
    const room = await furnish(house.clients);
    const { sagemaker } = house.clients;
    await sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, "model")));
    const ModelDataUrl = (await trained(house.clients, "model")).ModelArtifacts?.S3ModelArtifacts ?? "";
    await sagemaker.send(
      new CreateModelCommand({
        ModelName: "model",
        ExecutionRoleArn: room.roleArn,
        PrimaryContainer: { Image: "sagemaker-xgboost:1.7-1", ModelDataUrl },
        VpcConfig: room.network,
      }),
    );
    const variant = { VariantName: "All", ModelName: "model", InstanceType: "ml.m5.large" as const };
    await sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: "config",
        ProductionVariants: [{ ...variant, InitialInstanceCount: 1 }],
      }),
    );
    const EndpointName = "scores";
    await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName: "config" }));
    await until(
      () => house.clients.sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
      ({ EndpointStatus }) => EndpointStatus === "InService",
    );
    const request = scriptRequest(room, "interrupted", "sleep 1; echo done > /opt/ml/processing/output/done.txt");
    const S3Output = { S3Uri: `s3://${bucket}/done`, LocalPath: "/opt/ml/processing/output" };
    await sagemaker.send(
      new CreateProcessingJobCommand({
        ...request,
        ProcessingOutputConfig: {
          Outputs: [{ OutputName: "out", S3Output: { ...S3Output, S3UploadMode: "EndOfJob" } }],
        },
      }),
    );
    const describe = new DescribeProcessingJobCommand({ ProcessingJobName: "interrupted" });
    await until(
      () => house.clients.sagemaker.send(describe),
      ({ ProcessingStartTime }) => ProcessingStartTime !== undefined,
    );
    await house.kill();
    await house.up();
    const job = await processed(house.clients, "interrupted");
    assert.equal(job.FailureReason, undefined);
    assert.equal(job.ProcessingJobStatus, "Completed");
    assert.deepEqual(await keysBelow(house.clients, "done/"), ["done/done.txt"]);
    const answer = await until(
      () =>
        house.clients.runtime
          .send(new InvokeEndpointCommand({ EndpointName, ContentType: "text/csv", Body: "0.9,0.9" }))
          .then(
            ({ Body }) => Body.transformToString(),
            () => "",
          ),
      (text) => text !== "",
    );
    assert.ok(Number(answer) > 0.5, answer);
  });
});
