import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { RepositoryDoesNotExistException, GetRepositoryCommand } from "@aws-sdk/client-codecommit";
import { DescribeLogStreamsCommand, ResourceNotFoundException } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSubnetsCommand, EC2ServiceException } from "@aws-sdk/client-ec2";
import { GetRoleCommand, MalformedPolicyDocumentException, NoSuchEntityException } from "@aws-sdk/client-iam";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DescribeKeyCommand, DisableKeyCommand, DisabledException } from "@aws-sdk/client-kms";
import { EncryptCommand, NotFoundException } from "@aws-sdk/client-kms";
import {
  BucketAlreadyOwnedByYou,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import {
  DescribeExperimentCommand,
  ListDomainsCommand,
  ResourceNotFound,
  SageMakerServiceException,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, ValidationError } from "@aws-sdk/client-sagemaker-runtime";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("the AWS SDK for JavaScript", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  before(async () => {
    house = await startHouse();
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
  });

  test("S3: streams, parts, pages, batches", async () => {
    const { s3 } = house.clients;
    const Bucket = "js-objects";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const body = randomBytes(12 * 1024 * 1024);
    const streamed = { Bucket, Key: "streamed", Body: Readable.from(inPieces(body)), ContentLength: body.byteLength };
    await s3.send(new PutObjectCommand(streamed));
    const read = await s3.send(new GetObjectCommand({ Bucket, Key: "streamed" }));
    assert.equal(sha256(await bytesOf(read.Body)), sha256(body));

    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const half = 6 * 1024 * 1024;
    const parts = [body.subarray(0, half), body.subarray(half)];
    const Parts = await Promise.all(
      parts.map(async (Body, at) => {
        const part = { Bucket, Key: "parts", UploadId, PartNumber: at + 1, Body };
        return { PartNumber: at + 1, ETag: (await s3.send(new UploadPartCommand(part))).ETag };
      }),
    );
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "parts", UploadId, MultipartUpload: { Parts } }));
    const across = await s3.send(
      new GetObjectCommand({ Bucket, Key: "parts", Range: `bytes=${half - 10}-${half + 9}` }),
    );
    assert.deepEqual(Buffer.from(await bytesOf(across.Body)), body.subarray(half - 10, half + 10));

    const keys = Array.from({ length: 25 }, (_, at) => `many/${String(at).padStart(2, "0")} +&é`);
    await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
    const listed: string[] = [];
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 7 }, { Bucket, Prefix: "many/" }))
      listed.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ""));
    assert.deepEqual(listed, keys);
    const gone = { Objects: keys.map((Key) => ({ Key })) };
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: gone }));
    assert.equal(Deleted?.length, 25);
    assert.equal((await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "many/" }))).KeyCount, 0);
  });

  test("S3: a key that the customer keeps, as text and as bytes, and a bucket key", async () => {
    const { s3, kms } = house.clients;
    const Bucket = "js-customers";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const bytes = randomBytes(32);
    const digest = createHash("md5").update(bytes).digest("base64");
    // The client adds the digest, and writes bytes in base64.
    for (const SSECustomerKey of [bytes.toString("base64"), bytes]) {
      const key = { SSECustomerAlgorithm: "AES256", SSECustomerKey: SSECustomerKey as string };
      const put = await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "closed", ...key }));
      assert.equal(put.SSECustomerKeyMD5, digest);
      const read = await s3.send(new GetObjectCommand({ Bucket, Key: "k", ...key }));
      assert.equal(Buffer.from(await bytesOf(read.Body)).toString(), "closed");
      await rejects(S3ServiceException, s3.send(new GetObjectCommand({ Bucket, Key: "k" })));
    }
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const under = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyMetadata?.Arn, BucketKeyEnabled: true } as const;
    const sealed = await s3.send(new PutObjectCommand({ Bucket, Key: "sealed", Body: "x", ...under }));
    assert.equal(sealed.BucketKeyEnabled, true);
    const found = await s3.send(new HeadObjectCommand({ Bucket, Key: "sealed" }));
    assert.deepEqual([found.BucketKeyEnabled, found.SSEKMSKeyId], [true, KeyMetadata?.Arn]);
  });

  test("a refusal is an instance of the exception that the client models", async () => {
    const { s3, kms, iam, sagemaker, runtime, codecommit, logs } = house.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "js-errors" }));
    const again = { Bucket: "js-errors", ObjectLockEnabledForBucket: true };
    await rejects(BucketAlreadyOwnedByYou, s3.send(new CreateBucketCommand(again)));
    await rejects(NoSuchKey, s3.send(new GetObjectCommand({ Bucket: "js-errors", Key: "none" })));
    await rejects(NotFound, s3.send(new HeadObjectCommand({ Bucket: "js-errors", Key: "none" })));
    await rejects(NoSuchBucket, s3.send(new ListObjectsV2Command({ Bucket: "js-none" })));
    await rejects(NotFoundException, kms.send(new DescribeKeyCommand({ KeyId: "alias/none" })));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? "";
    await kms.send(new DisableKeyCommand({ KeyId }));
    await rejects(DisabledException, kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") })));
    await rejects(NoSuchEntityException, iam.send(new GetRoleCommand({ RoleName: "none" })));
    const bad = { RoleName: "bad", AssumeRolePolicyDocument: "{}" };
    await rejects(MalformedPolicyDocumentException, iam.send(new CreateRoleCommand(bad)));
    await rejects(ResourceNotFound, sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "none" })));
    await rejects(ValidationError, runtime.send(new InvokeEndpointCommand({ EndpointName: "none", Body: "1" })));
    await rejects(
      RepositoryDoesNotExistException,
      codecommit.send(new GetRepositoryCommand({ repositoryName: "none" })),
    );
    await rejects(ResourceNotFoundException, logs.send(new DescribeLogStreamsCommand({ logGroupName: "/none" })));
  });

  test("what is not modelled carries its code, and what is not served its name", async () => {
    const { s3, ec2, sagemaker } = house.clients;
    await assert.rejects(s3.send(new CreateBucketCommand({ Bucket: "Not_A_Bucket" })), (error: unknown) => {
      assert.ok(error instanceof S3ServiceException);
      assert.equal(error.name, "InvalidBucketName");
      assert.ok(error.$metadata.requestId);
      return true;
    });
    await assert.rejects(ec2.send(new DescribeSubnetsCommand({ SubnetIds: ["subnet-0"] })), (error: unknown) => {
      assert.ok(error instanceof EC2ServiceException);
      assert.match(error.name, /^InvalidSubnetI[dD]\./);
      return true;
    });
    await assert.rejects(sagemaker.send(new ListDomainsCommand({})), (error: unknown) => {
      assert.ok(error instanceof SageMakerServiceException);
      assert.match(error.message, /ListDomains/);
      return true;
    });
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});

function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

async function bytesOf(body: { transformToByteArray(): Promise<Uint8Array> } | undefined): Promise<Uint8Array> {
  return (await body?.transformToByteArray()) ?? new Uint8Array();
}

/** As `error instanceof NoSuchKey` in a user's code. */
async function rejects(Exception: new (...given: never[]) => Error, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Exception, `expected ${Exception.name}, not ${String(error)}`);
    assert.notEqual(error.message, "");
    return true;
  });
}
