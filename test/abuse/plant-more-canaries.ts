import { strict as assert } from "node:assert";
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { CreateLoginProfileCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, GetParametersForImportCommand, ImportKeyMaterialCommand } from "@aws-sdk/client-kms";
import {
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { newRole, type HouseProcess } from "@strongroom/testkit";
import { bucket, keysBelow, textOf, trained, trainingRequest, until, type Room } from "../sagemaker/room.ts";
import { canary, mark } from "./canary.ts";

type House = Pick<HouseProcess, "clients">;

/** Material that somebody brings: the word itself, which then lies there wrapped. */
export async function plantInImportedKeys({ clients: { kms } }: House): Promise<void> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: "EXTERNAL" }));
  const KeyId = KeyMetadata?.KeyId;
  const asked = { KeyId, WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048" } as const;
  const { PublicKey, ImportToken } = await kms.send(new GetParametersForImportCommand(asked));
  const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: "der", type: "spki" });
  const material = Buffer.from(canary("Material").padEnd(32, "x"));
  assert.equal(material.byteLength, 32);
  await kms.send(
    new ImportKeyMaterialCommand({
      ...{ KeyId, ImportToken, ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" },
      EncryptedKeyMaterial: publicEncrypt(
        { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
        material,
      ),
      KeyMaterialDescription: canary("MaterialDescription"),
    }),
  );
}

/** Settings of buckets, and an object under a key that the customer keeps. */
export async function plantInBucketSettings({ clients: { s3 } }: House): Promise<void> {
  await putUnderCustomerKey(s3);
  const Rules = [
    {
      ID: canary("RuleId"),
      Status: "Enabled" as const,
      Filter: { Prefix: canary("Prefix") },
      Expiration: { Days: 30 },
    },
  ];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules } }));
  const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: [`https://${canary("origin")}.example.com`] }];
  await s3.send(new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules } }));
}

async function putUnderCustomerKey(s3: S3Client): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      ...{ Bucket: bucket, Key: canary("CustomerKeyObject"), Body: canary("CustomerKeyBody") },
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: canary("CustomerKey").padEnd(32, "x").slice(0, 32),
    }),
  );
}

/** A password, a session's name and a rule. */
export async function plantInPeopleAndRules({ clients }: House, userName: string): Promise<void> {
  const Password = `${canary("Password")}-1Aa!`;
  await clients.iam.send(new CreateLoginProfileCommand({ UserName: userName, Password, PasswordResetRequired: true }));
  const { arn } = await newRole(clients, "assumed");
  const RoleSessionName = canary("Session");
  await clients.sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName }));
  const EventPattern = JSON.stringify({ source: [canary("Source")] });
  await clients.events.send(
    new PutRuleCommand({ Name: canary("Rule"), Description: canary("RuleDescription"), EventPattern }),
  );
}

/** A model that serves, what it was asked, and what was captured of it. */
export async function plantInEndpoint({ clients }: House, room: Room): Promise<void> {
  const name = canary("Served");
  const { sagemaker, runtime } = clients;
  await sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, name)));
  const ModelDataUrl = (await trained(clients, name)).ModelArtifacts?.S3ModelArtifacts;
  const PrimaryContainer = { Image: "x/sagemaker-xgboost:1.7-1", ModelDataUrl };
  const place = { ExecutionRoleArn: room.roleArn, VpcConfig: room.network };
  await sagemaker.send(new CreateModelCommand({ ModelName: name, PrimaryContainer, ...place }));
  const variant = { VariantName: canary("Variant"), ModelName: name, InitialInstanceCount: 1 };
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [{ ...variant, InstanceType: "ml.m5.large" }],
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${bucket}/${canary("Captured")}`,
        CaptureOptions: [{ CaptureMode: "InputAndOutput" }],
        CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"] },
      },
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
  const { EndpointStatus, FailureReason } = await until(
    () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })),
    (endpoint) => endpoint.EndpointStatus !== "Creating",
  );
  assert.equal(EndpointStatus, "InService", FailureReason);
  const asked = { EndpointName: name, ContentType: "text/csv" };
  const InferenceId = canary("InferenceId");
  await runtime.send(new InvokeEndpointCommand({ ...asked, Body: "0.5,0.5", InferenceId }));
  await runtime.send(new InvokeEndpointCommand({ ...asked, Body: canary("Row") })).catch(() => undefined);
  const prefix = `${mark}Captured/`;
  const [captured = ""] = await until(
    () => keysBelow(clients, prefix),
    (found) => found.length > 0,
  );
  assert.ok((await textOf(clients, captured)).includes(InferenceId));
}
