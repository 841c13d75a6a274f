import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { CreateKeyCommand, DescribeKeyCommand, EncryptCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { DescribeVpcEndpointsCommand } from "@aws-sdk/client-ec2";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import {
  hostLacks,
  newRole,
  newUser,
  startHouse,
  type Clients,
  type Statement,
  type TestHouse,
} from "@strongroom/testkit";
import { nodeRequest } from "../objectives/node-request.ts";
import { furnish, linesOf, processed, type Room } from "../sagemaker/room.ts";
import { askingFor, resources } from "./sagemaker-key-cases.ts";
import { denied, policyText, setStatements, verdictOf } from "./verdict.ts";

/** The policies that the field uses, each statement alone: what it lets through, and what it keeps out. */
describe("the policies that the field uses", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  let user: Clients;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    user = await newUser(house.clients, "scientist");
  });
  after(async () => {
    user[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const pass: Statement = { Effect: "Allow", Action: "iam:PassRole", Resource: "*" };
  const everything: Statement = { Effect: "Allow", Action: "sagemaker:*", Resource: "*" };
  const expect = async (call: Promise<unknown>, wanted: "allowed" | "denied", why: string) => {
    assert.equal(await verdictOf(call, "ValidationException"), wanted, why);
  };
  const keyed = () => {
    const { training, processing } = askingFor(user, room);
    const volume = { ...resources, VolumeKmsKeyId: room.keyArn };
    const output = { S3OutputPath: "s3://b/out", KmsKeyId: room.keyArn };
    return {
      training: (over = {}) => training({ ResourceConfig: volume, OutputDataConfig: output, ...over }),
      processing: (over = {}) =>
        processing({
          ProcessingResources: { ClusterConfig: volume },
          ProcessingOutputConfig: { Outputs: [], KmsKeyId: room.keyArn },
          ...over,
        }),
    };
  };

  test("jobs need both keys, and encryption between containers where it is spoken of", async () => {
    const jobs = ["HyperParameterTuningJob", "ProcessingJob", "TrainingJob", "TransformJob"];
    await setStatements(house.clients, "scientist", pass, {
      Effect: "Allow",
      Action: jobs.map((kind) => `sagemaker:Create${kind}`),
      Resource: "*",
      Condition: {
        BoolIfExists: { "sagemaker:InterContainerTrafficEncryption": "true" },
        Null: { "sagemaker:VolumeKmsKey": "false", "sagemaker:OutputKmsKey": "false" },
      },
    });
    const { training, processing } = keyed();
    const bare = askingFor(user, room);
    const encrypted = (on: boolean) => ({ EnableInterContainerTrafficEncryption: on });
    await expect(training(), "allowed", "with both keys, and nothing said of containers");
    await expect(training(encrypted(true)), "allowed", "encrypted between containers");
    await expect(training(encrypted(false)), "denied", "plain between containers");
    await expect(bare.training(), "denied", "without keys");
    await expect(training({ ResourceConfig: resources }), "denied", "without the volume's key");
    await expect(training({ OutputDataConfig: { S3OutputPath: "s3://b/out" } }), "denied", "without the output's key");
    await expect(processing(), "allowed", "processing with both keys");
    await expect(processing({ NetworkConfig: encrypted(true) }), "allowed", "processing, encrypted");
    await expect(processing({ NetworkConfig: encrypted(false) }), "denied", "processing, plain");
    await expect(bare.processing(), "denied", "processing without keys");
    await expect(bare.model(), "denied", "a model is not spoken of");
  });

  test("nothing is created outside of a network", async () => {
    const kinds = ["TrainingJob", "ProcessingJob", "Model", "HyperParameterTuningJob", "NotebookInstance"];
    await setStatements(house.clients, "scientist", pass, everything, {
      Sid: "OnlyInANetwork",
      Effect: "Deny",
      Action: kinds.map((kind) => `sagemaker:Create${kind}`),
      Resource: "*",
      Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
    });
    const { training, processing, model, config } = askingFor(user, room);
    const VpcConfig = room.network;
    for (const call of [
      training(),
      processing(),
      model(),
      processing({ NetworkConfig: { EnableNetworkIsolation: true } }),
    ]) {
      await denied(call, "explicit deny");
    }
    await expect(training({ VpcConfig }), "allowed", "training in the network");
    await expect(processing({ NetworkConfig: { VpcConfig } }), "allowed", "processing in the network");
    await expect(model({ VpcConfig }), "allowed", "a model in the network");
    await expect(config(), "allowed", "a configuration is not spoken of");
  });

  test("endpoints have a key and the instances that are listed", async () => {
    await setStatements(house.clients, "scientist", {
      Effect: "Allow",
      Action: "sagemaker:CreateEndpointConfig",
      Resource: "*",
      Condition: {
        Null: { "sagemaker:VolumeKmsKey": "false" },
        "ForAllValues:StringLike": { "sagemaker:InstanceTypes": ["ml.m5.*"] },
      },
    });
    const { config } = askingFor(user, room);
    const KmsKeyId = room.keyArn;
    await expect(config({ KmsKeyId }), "allowed", "a key and ml.m5");
    await expect(config({}), "denied", "no key");
    await expect(config({ KmsKeyId: "" }), "denied", "an empty key");
    await expect(config({ KmsKeyId }, { InstanceType: "ml.t2.medium" }), "denied", "another instance");
  });

  test("networks are those that are listed, where a network is spoken of at all", async () => {
    const { network: VpcConfig, closed } = room;
    await setStatements(house.clients, "scientist", pass, {
      ...everything,
      Condition: {
        "ForAllValues:StringEqualsIfExists": {
          "sagemaker:VpcSubnets": VpcConfig.Subnets,
          "sagemaker:VpcSecurityGroupIds": VpcConfig.SecurityGroupIds,
        },
      },
    });
    const { training, processing, model, config } = askingFor(user, room);
    await expect(training({ VpcConfig }), "allowed", "the listed network");
    await expect(training(), "allowed", "no network is spoken of");
    await expect(config(), "allowed", "nor with a configuration");
    await expect(training({ VpcConfig: closed }), "denied", "another network");
    const mixed = { ...VpcConfig, Subnets: [...VpcConfig.Subnets, ...closed.Subnets] };
    await expect(training({ VpcConfig: mixed }), "denied", "one subnet more than is listed");
    const foreign = { ...VpcConfig, SecurityGroupIds: closed.SecurityGroupIds };
    await expect(processing({ NetworkConfig: { VpcConfig: foreign } }), "denied", "another group");
    await expect(model({ VpcConfig: closed }), "denied", "a model in another network");
  });

  test("the execution role is passed to SageMaker, and no other role is", async () => {
    await setStatements(house.clients, "scientist", everything, {
      ...pass,
      Resource: room.roleArn,
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    });
    const { training, model } = askingFor(user, room);
    await expect(training(), "allowed", "the execution role");
    const other = await newRole(house.clients, "other-execution");
    await denied(training({ RoleArn: other.arn }), "iam:PassRole", other.arn);
    await denied(model({ ExecutionRoleArn: other.arn }), "iam:PassRole", other.arn);
  });

  test("a bucket and a key are used through the network's endpoints alone", async () => {
    const { s3, kms } = house.clients;
    const endpoint = async (service: string) => {
      const Filters = [{ Name: "service-name", Values: [`com.amazonaws.us-east-1.${service}`] }];
      const { VpcEndpoints } = await house.clients.ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
      return VpcEndpoints?.[0]?.VpcEndpointId ?? "";
    };
    const [s3Endpoint, kmsEndpoint] = [await endpoint("s3"), await endpoint("kms")];
    await s3.send(new CreateBucketCommand({ Bucket: "kept-inside" }));
    const Policy = policyText({
      Sid: "OnlyThroughTheEndpoint",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
      Resource: ["arn:aws:s3:::kept-inside", "arn:aws:s3:::kept-inside/*"],
      Condition: { StringNotEquals: { "aws:sourceVpce": s3Endpoint } },
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: "kept-inside", Policy }));
    const root = `arn:aws:iam::${house.place.accountId}:root`;
    const keyPolicy = policyText(
      { Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" },
      {
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
        Condition: { StringNotEquals: { "aws:sourceVpce": [kmsEndpoint, s3Endpoint] } },
      },
    );
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: keyPolicy }));
    const KeyId = KeyMetadata?.KeyId ?? "";
    const object = { Bucket: "kept-inside", Key: "k" };
    await denied(s3.send(new PutObjectCommand({ ...object, Body: "x" })), "explicit deny");
    await denied(s3.send(new GetObjectCommand(object)), "explicit deny");
    await denied(s3.send(new ListObjectsV2Command({ Bucket: "kept-inside" })), "explicit deny");
    await denied(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") })), "explicit deny");
    await kms.send(new DescribeKeyCommand({ KeyId }));
    const program = `
      import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
      import { EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
      const s3 = new S3Client({ forcePathStyle: true });
      const object = { Bucket: "kept-inside", Key: "k" };
      const sealed = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: process.env.KEY };
      await s3.send(new PutObjectCommand({ ...object, Body: "from inside", ...sealed }));
      console.log(await (await s3.send(new GetObjectCommand(object))).Body.transformToString());
      console.log((await s3.send(new ListObjectsV2Command({ Bucket: "kept-inside" }))).KeyCount);
      console.log((await new KMSClient({}).send(new EncryptCommand({ KeyId: process.env.KEY, Plaintext: Buffer.from("x") }))).KeyId.split("/")[1]);`;
    const request = nodeRequest(room, "kept-inside", program);
    const Environment = { ...request.Environment, KEY: KeyId };
    await house.clients.sagemaker.send(new CreateProcessingJobCommand({ ...request, Environment }));
    const job = await processed(house.clients, "kept-inside");
    const said = await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", "kept-inside/");
    assert.deepEqual(said, ["from inside", "1", KeyId], job.FailureReason);
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: "kept-inside" }));
    // Without the bucket's policy the key's still stands before the object.
    await denied(s3.send(new GetObjectCommand(object)), "kms:Decrypt");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
