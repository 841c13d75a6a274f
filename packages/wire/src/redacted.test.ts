import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { EncryptCommand, GenerateDataKeyCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTrainingJobCommand, DescribeTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { schemaOfCommand } from "./schema.ts";
import { redacted } from "./redacted.ts";

const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
const { input: trainingInput } = schemaOfCommand(CreateTrainingJobCommand);

test("members are spelled as CloudTrail spells them, at every depth", () => {
  const view = redacted(trainingInput, {
    TrainingJobName: "job",
    HyperParameters: { max_depth: "6", Objective: "x" },
    VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] },
    InputDataConfig: [{ ChannelName: "train", DataSource: { S3DataSource: { S3Uri: "s3://b/k" } } }],
    Unknown: 1,
  });
  assert.deepEqual(view, {
    trainingJobName: "job",
    hyperParameters: { max_depth: "6", Objective: "x" },
    vpcConfig: { securityGroupIds: ["sg-1"], subnets: ["subnet-1"] },
    inputDataConfig: [{ channelName: "train", dataSource: { s3DataSource: { s3Uri: "s3://b/k" } } }],
  });
});

test("dates become text", () => {
  const view = redacted(schemaOfCommand(DescribeTrainingJobCommand).output, {
    CreationTime: new Date(0),
    StoppingCondition: undefined,
  });
  assert.deepEqual(view, { creationTime: "1970-01-01T00:00:00.000Z" });
});

test("secrets are hidden, whether the model marks them or not", () => {
  const key = redacted(schemaOfCommand(CreateAccessKeyCommand).output, {
    AccessKey: { UserName: "ann", AccessKeyId: "AKIAEXAMPLE000000000", SecretAccessKey: "a-secret", Status: "Active" },
  });
  assert.deepEqual(key, {
    accessKey: { userName: "ann", accessKeyId: "AKIAEXAMPLE000000000", secretAccessKey: hidden, status: "Active" },
  });
  const session = redacted(schemaOfCommand(AssumeRoleCommand).output, {
    Credentials: { AccessKeyId: "ASIA", SecretAccessKey: "a", SessionToken: "b" },
  });
  assert.deepEqual(session, { credentials: { accessKeyId: "ASIA", secretAccessKey: hidden, sessionToken: hidden } });
  assert.deepEqual(
    redacted(schemaOfCommand(EncryptCommand).input, {
      KeyId: "k",
      Plaintext: Buffer.from("a"),
      EncryptionContext: { a: "b" },
    }),
    {
      keyId: "k",
      plaintext: hidden,
      encryptionContext: { a: "b" },
    },
  );
  const dataKey = redacted(schemaOfCommand(GenerateDataKeyCommand).output, {
    CiphertextBlob: Buffer.alloc(9),
    Plaintext: Buffer.alloc(32),
  });
  assert.deepEqual(dataKey, { ciphertextBlob: "<9 bytes>", plaintext: hidden });
});

test("a stream is named and not read, and S3's key for SSE-C is hidden", () => {
  let read = false;
  const body = {
    [Symbol.asyncIterator]: () => {
      read = true;
      throw new Error("read");
    },
  };
  const view = redacted(schemaOfCommand(PutObjectCommand).input, {
    Bucket: "b",
    Key: "k",
    Body: body,
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: "c2VjcmV0",
    SSECustomerKeyMD5: "ZGlnZXN0",
    Metadata: { Owner: "ann" },
  });
  assert.deepEqual(view, {
    bucketName: "b",
    key: "k",
    body: "<stream>",
    sSECustomerAlgorithm: "AES256",
    sSECustomerKey: hidden,
    sSECustomerKeyMD5: hidden,
    metadata: { Owner: "ann" },
  });
  assert.ok(!read);
});
