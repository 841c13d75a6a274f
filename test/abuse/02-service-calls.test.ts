import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { hostLacks, newUser, startHouse, type Statement, type TestHouse } from "@strongroom/testkit";
import { furnish, processed, scriptRequest, type Room } from "../sagemaker/room.ts";
import { denied, policyText } from "./verdict.ts";

const uses = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"];

describe("what services do for somebody at other services", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "sealed" }));
  });
  after(() => house[Symbol.asyncDispose]());

  /** A key that the account administers, and uses under these conditions alone. */
  async function keyUsed(Condition: Statement["Condition"] = {}): Promise<string> {
    const { kms, place } = { kms: house.clients.kms, place: house.place };
    const AWS = `arn:aws:iam::${place.accountId}:root`;
    const rest = ["kms:Describe*", "kms:PutKeyPolicy", "kms:Get*"];
    const Policy = policyText(
      { Effect: "Allow", Principal: { AWS }, Action: rest, Resource: "*" },
      { Effect: "Allow", Principal: { AWS }, Action: uses, Resource: "*", Condition },
    );
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
    return KeyMetadata?.Arn ?? "";
  }
  const put = (SSEKMSKeyId: string, Key: string) =>
    house.clients.s3.send(
      new PutObjectCommand({ Bucket: "sealed", Key, Body: "x", ServerSideEncryption: "aws:kms", SSEKMSKeyId }),
    );
  const get = (Key: string) => house.clients.s3.send(new GetObjectCommand({ Bucket: "sealed", Key }));
  const volumeUnder = async (name: string, VolumeKmsKeyId: string) => {
    const request = scriptRequest(room, name, "true");
    const ClusterConfig = {
      InstanceCount: 1,
      InstanceType: "ml.t3.medium",
      VolumeSizeInGB: 1,
      VolumeKmsKeyId,
    } as const;
    await house.clients.sagemaker.send(
      new CreateProcessingJobCommand({ ...request, ProcessingResources: { ClusterConfig } }),
    );
    return await processed(house.clients, name);
  };

  test("a key for use through S3 alone opens objects, and nothing else of the same caller", async () => {
    const KeyId = await keyUsed({ StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } });
    await put(KeyId, "via-s3");
    await get("via-s3");
    const { kms } = house.clients;
    await denied(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") })), "kms:Encrypt");
    await denied(kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" })), "kms:GenerateDataKey");
    const free = await keyUsed();
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: free, Plaintext: Buffer.from("x") }));
    await kms.send(new DecryptCommand({ CiphertextBlob }));
    const root = `arn:aws:iam::${house.place.accountId}:root`;
    const onlyThrough: Statement = {
      Effect: "Allow",
      Principal: { AWS: root },
      Action: "kms:*",
      Resource: "*",
      Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
    };
    const Policy = policyText(onlyThrough);
    await kms.send(new PutKeyPolicyCommand({ KeyId: free, Policy, BypassPolicyLockoutSafetyCheck: true }));
    await denied(kms.send(new DecryptCommand({ CiphertextBlob })), "kms:Decrypt");
    const job = await volumeUnder("through-sagemaker", KeyId);
    assert.equal(job.ProcessingJobStatus, "Failed");
    assert.match(job.FailureReason ?? "", /kms:GenerateDataKey/);
  });

  test("a key for use through SageMaker alone holds volumes, and no objects", async () => {
    const KeyId = await keyUsed({ StringEquals: { "kms:ViaService": "sagemaker.us-east-1.amazonaws.com" } });
    const job = await volumeUnder("via-sagemaker", KeyId);
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    await denied(put(KeyId, "via-sagemaker"), "kms:GenerateDataKey");
  });

  test("such calls are told apart: by service, in their order, and from those of the caller's own", async () => {
    const through = {
      Bool: { "aws:ViaAWSService": "true", "aws:PrincipalIsAWSService": "false" },
      StringEquals: { "aws:CalledViaFirst": "s3.amazonaws.com", "aws:CalledViaLast": "s3.amazonaws.com" },
      "ForAllValues:StringEquals": { "aws:CalledVia": "s3.amazonaws.com" },
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/administrator" },
    };
    const KeyId = await keyUsed(through);
    await put(KeyId, "told-apart");
    const { kms } = house.clients;
    await denied(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") })), "kms:Encrypt");
    const direct = await keyUsed({
      Bool: { "aws:ViaAWSService": "false" },
      Null: {
        "aws:CalledVia": "true",
        "aws:CalledViaFirst": "true",
        "aws:CalledViaLast": "true",
        "kms:ViaService": "true",
      },
    });
    await kms.send(new EncryptCommand({ KeyId: direct, Plaintext: Buffer.from("x") }));
    await denied(put(direct, "direct"), "kms:GenerateDataKey");
  });

  test("the platform's transfers count as signed requests over the newest TLS", async () => {
    const deny = (Condition: NonNullable<Statement["Condition"]>): Statement => ({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::sealed", "arn:aws:s3:::sealed/*"],
      Condition,
    });
    const Policy = policyText(
      deny({ StringNotEquals: { "s3:signatureversion": "AWS4-HMAC-SHA256" } }),
      deny({ StringNotEquals: { "s3:authType": "REST-HEADER" } }),
      deny({ NumericLessThan: { "s3:TlsVersion": "1.2" } }),
      deny({ Bool: { "aws:SecureTransport": "false" } }),
    );
    const { s3, sagemaker } = house.clients;
    await s3.send(new PutBucketPolicyCommand({ Bucket: "sealed", Policy }));
    await s3.send(new PutObjectCommand({ Bucket: "sealed", Key: "in/x", Body: "x" }));
    const S3Input = {
      S3Uri: "s3://sealed/in/",
      LocalPath: "/opt/ml/processing/input/in",
      S3DataType: "S3Prefix",
    } as const;
    const ProcessingInputs = [{ InputName: "in", S3Input: { ...S3Input, S3InputMode: "File" as const } }];
    const request = { ...scriptRequest(room, "transfers", "true"), ProcessingInputs };
    await sagemaker.send(new CreateProcessingJobCommand(request));
    const job = await processed(house.clients, "transfers");
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: "sealed" }));
  });

  test("whoever may read an object must be allowed to use its key as well", async () => {
    const KeyId = await keyUsed();
    await put(KeyId, "two-locks");
    using reader = await newUser(house.clients, "reader", [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const read = new GetObjectCommand({ Bucket: "sealed", Key: "two-locks" });
    await denied(reader.s3.send(read), "kms:Decrypt");
    using both = await newUser(house.clients, "reader-of-both", [
      { Effect: "Allow", Action: "s3:GetObject", Resource: "*" },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: KeyId,
        Condition: {
          StringEquals: {
            "kms:ViaService": "s3.us-east-1.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::sealed/two-locks",
          },
        },
      },
    ]);
    await both.s3.send(read);
    await put(KeyId, "another");
    await denied(both.s3.send(new GetObjectCommand({ Bucket: "sealed", Key: "another" })), "kms:Decrypt");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
