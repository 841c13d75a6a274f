import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  DescribeEndpointConfigCommand,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";
import { furnish, linesOf, processed, scriptRequest, trainingRequest, type Room } from "../sagemaker/room.ts";

const gibibyte = 1024 ** 3;
const logGroup = "/aws/sagemaker/ProcessingJobs";

describe("VolumeSizeInGB", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  const asked = (name: string, script: string, VolumeSizeInGB: number) => {
    const request = scriptRequest(room, name, script);
    const ClusterConfig = { ...request.ProcessingResources?.ClusterConfig, VolumeSizeInGB };
    return new CreateProcessingJobCommand({ ...request, ProcessingResources: { ClusterConfig } });
  };

  test("a job that writes more than it asked for finds no space, and its failure names the parameter", async () => {
    const { sagemaker } = house.clients;
    await sagemaker.send(asked("greedy", "dd if=/dev/zero of=/opt/ml/large bs=1M count=2000 2>&1", 1));
    const job = await processed(house.clients, "greedy");
    assert.equal(job.ProcessingJobStatus, "Failed");
    assert.equal(
      job.FailureReason,
      "ClientError: the volume of 1 GB is full. Use a larger VolumeSizeInGB or less data.",
    );
    const said = (await linesOf(house.clients, logGroup, "greedy/")).join("\n");
    assert.match(said, /No space left on device/);
    const [, bytes] = /^(\d+) bytes/m.exec(said) ?? [];
    assert.ok(Number(bytes) >= gibibyte && Number(bytes) < 1.05 * gibibyte, `it had room for ${bytes} bytes`);
  });

  test("a job sees a file system of the size that it asked for, however small the machine's disk", async () => {
    await house.clients.sagemaker.send(asked("large", "df --output=size -B1 /opt/ml | tail -1", 4000));
    const job = await processed(house.clients, "large");
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    const [size] = await linesOf(house.clients, logGroup, "large/");
    assert.ok(Number(size) >= 4000 * gibibyte && Number(size) < 4200 * gibibyte, size);
  });

  test("one that no volume has is refused", async () => {
    const request = trainingRequest(room, "too-large");
    const ResourceConfig = { ...request.ResourceConfig, VolumeSizeInGB: 16_385 };
    await assert.rejects(
      house.clients.sagemaker.send(new CreateTrainingJobCommand({ ...request, ResourceConfig })),
      /VolumeSizeInGB/i,
    );
  });

  test("a variant's is kept and shown, and refused where no endpoint has it", async () => {
    const { sagemaker } = house.clients;
    const { roleArn: ExecutionRoleArn, network: VpcConfig } = room;
    const PrimaryContainer = { Image: "x/sagemaker-xgboost:1.7-1" };
    await sagemaker.send(new CreateModelCommand({ ModelName: "model", ExecutionRoleArn, PrimaryContainer, VpcConfig }));
    const configOf = (VolumeSizeInGB: number) => ({
      EndpointConfigName: `size-${VolumeSizeInGB}`,
      ProductionVariants: [
        {
          ...{ VariantName: "AllTraffic", ModelName: "model", InitialInstanceCount: 1 },
          ...{ InstanceType: "ml.m5.large" as const, VolumeSizeInGB },
        },
      ],
    });
    await sagemaker.send(new CreateEndpointConfigCommand(configOf(2)));
    const shown = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: "size-2" }));
    assert.equal(shown.ProductionVariants?.[0]?.VolumeSizeInGB, 2);
    await assert.rejects(sagemaker.send(new CreateEndpointConfigCommand(configOf(513))), /VolumeSizeInGB/i);
  });
});
