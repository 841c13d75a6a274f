import { strict as assert } from "node:assert";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CreateKeyCommand, DisableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import {
  bucket,
  furnish,
  keysBelow,
  processed,
  scriptRequest,
  trained,
  trainingRequest,
  until,
  type Room,
} from "../sagemaker/room.ts";

/** Makes one thing whose volume is under a key, waits for its end, and tells why it failed. */
type Maker = (clients: Clients, room: Room, name: string, key: string) => Promise<string | undefined>;

const makers: Readonly<Record<string, Maker>> = {
  "training job": async (clients, room, name, VolumeKmsKeyId) => {
    const request = trainingRequest(room, name);
    const ResourceConfig = { ...request.ResourceConfig, VolumeKmsKeyId };
    await clients.sagemaker.send(new CreateTrainingJobCommand({ ...request, ResourceConfig }));
    const job = await trained(clients, name);
    assert.equal(job.TrainingJobStatus, "Failed");
    return job.FailureReason;
  },
  "processing job": async (clients, room, name, keyArn) => {
    await clients.sagemaker.send(new CreateProcessingJobCommand(scriptRequest({ ...room, keyArn }, name, "true")));
    const job = await processed(clients, name);
    assert.equal(job.ProcessingJobStatus, "Failed");
    return job.FailureReason;
  },
  endpoint: async ({ sagemaker }, room, EndpointName, KmsKeyId) => {
    const EndpointConfigName = `${EndpointName}-config`;
    const variant = { VariantName: "AllTraffic", ModelName: "model", InitialInstanceCount: 1 };
    const ProductionVariants = [{ ...variant, InstanceType: "ml.m5.large" as const }];
    await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName, KmsKeyId, ProductionVariants }));
    await sagemaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName }));
    const ended = await until(
      () => sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
      ({ EndpointStatus }) => EndpointStatus !== "Creating",
    );
    assert.equal(ended.EndpointStatus, "Failed");
    return ended.FailureReason;
  },
};

describe("volumes under keys that cannot be used", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    const { roleArn: ExecutionRoleArn, network: VpcConfig } = room;
    const PrimaryContainer = { Image: "x/sagemaker-xgboost:1.7-1", ModelDataUrl: `s3://${bucket}/model.tar.gz` };
    await house.clients.sagemaker.send(
      new CreateModelCommand({ ModelName: "model", ExecutionRoleArn, PrimaryContainer, VpcConfig }),
    );
  });
  after(() => house[Symbol.asyncDispose]());

  const newKey = async (input: object = {}): Promise<string> =>
    (await house.clients.kms.send(new CreateKeyCommand(input))).KeyMetadata?.Arn ?? "";

  /** Keys by what is wrong with them, and how the failure says so. */
  const keys: Readonly<Record<string, () => Promise<readonly [key: string, said: RegExp]>>> = {
    disabled: async () => {
      const key = await newKey();
      await house.clients.kms.send(new DisableKeyCommand({ KeyId: key }));
      return [key, /is disabled/];
    },
    refused: async () => {
      const root = `arn:aws:iam::${house.place.accountId}:root`;
      const Statement = [
        { Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" },
        { Effect: "Deny", Principal: { AWS: room.roleArn }, Action: "kms:GenerateDataKey", Resource: "*" },
      ];
      return [await newKey({ Policy: JSON.stringify({ Version: "2012-10-17", Statement }) }), /kms:GenerateDataKey/];
    },
    doomed: async () => {
      const key = await newKey();
      await house.clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId: key, PendingWindowInDays: 7 }));
      return [key, /is pending deletion/];
    },
    empty: async () => [await newKey({ Origin: "EXTERNAL" }), /is pending import/],
  };

  for (const [what, make] of Object.entries(makers)) {
    for (const [fault, keyWith] of Object.entries(keys)) {
      test(`the ${what} under a key that is ${fault} fails by its name, before anything is written`, async () => {
        const [key, said] = await keyWith();
        const volumes = join(house.dataDir, "volumes");
        // To make a volume and to remove it both change the folder.
        const before = (await stat(volumes)).mtimeMs;
        const reason = (await make(house.clients, room, `${what.replace(" ", "-")}-${fault}`, key)) ?? "";
        assert.ok(reason.includes(key), reason);
        assert.match(reason, said);
        assert.equal((await stat(volumes)).mtimeMs, before, "no volume was made");
        assert.deepEqual(await keysBelow(house.clients, "models/"), []);
      });
    }
  }
});
