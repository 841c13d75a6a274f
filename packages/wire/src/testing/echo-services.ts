import { Readable } from "node:stream";
import * as ec2Client from "@aws-sdk/client-ec2";
import * as iamClient from "@aws-sdk/client-iam";
import * as kmsClient from "@aws-sdk/client-kms";
import * as s3Client from "@aws-sdk/client-s3";
import * as runtimeClient from "@aws-sdk/client-sagemaker-runtime";
import * as sagemakerClient from "@aws-sdk/client-sagemaker";
import {
  AwsError,
  awsServices,
  blob,
  flag,
  given,
  integer,
  list,
  map,
  noPermissionNeeded,
  oneOf,
  operationFor,
  service,
  stream,
  text,
} from "../index.ts";

/** A few operations of every protocol that echo what they are given, for the official clients to call. */
const operation = operationFor<null>();
const open = noPermissionNeeded("this test is about the wire alone");
/** What the handlers were given, in order. */
export const received: object[] = [];
const stored = new Map<string, Uint8Array>();

export const collect = async (body: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
};

export const services = [
  service(awsServices.kms, kmsClient, [
    operation(kmsClient.CreateKeyCommand, {
      members: {
        Description: text({ max: 8192 }),
        KeyUsage: oneOf("ENCRYPT_DECRYPT"),
        MultiRegion: flag({ only: false }),
      },
      permissions: open,
      handle: (input) => {
        received.push(input);
        return { KeyMetadata: { KeyId: "k-1", CreationDate: new Date(1_700_000_000_500), Enabled: true } };
      },
    }),
    operation(kmsClient.EncryptCommand, {
      members: { KeyId: text(), Plaintext: blob({ min: 1, max: 4096 }), EncryptionContext: map(text()) },
      permissions: open,
      handle: (input) => ({ CiphertextBlob: input.Plaintext.toReversed(), KeyId: input.KeyId }),
    }),
    operation(kmsClient.DescribeKeyCommand, {
      members: { KeyId: text() },
      permissions: open,
      mutates: false,
      handle: (input) => {
        if (input.KeyId === "boom") throw new Error("the secret reason");
        throw new kmsClient.NotFoundException({ message: `no ${input.KeyId}`, $metadata: {} });
      },
    }),
  ]),
  service(awsServices.sagemaker, sagemakerClient, [
    operation(sagemakerClient.DescribeTrainingJobCommand, {
      members: { TrainingJobName: text({ min: 1, max: 63, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9])*/ }) },
      permissions: open,
      mutates: false,
      handle: () => {
        throw new sagemakerClient.ResourceNotFound({ message: "no such job", $metadata: {} });
      },
    }),
  ]),
  service(awsServices.sagemakerRuntime, runtimeClient, [
    operation(runtimeClient.InvokeEndpointCommand, {
      members: { EndpointName: text(), Body: blob(), ContentType: text(), Accept: text() },
      permissions: open,
      handle: (input) => {
        if (input.EndpointName === "sick") {
          throw new runtimeClient.ModelError({ message: "it crashed", OriginalStatusCode: 503, $metadata: {} });
        }
        return {
          Body: Buffer.from(input.Body).reverse(),
          ContentType: input.ContentType,
          InvokedProductionVariant: "a",
        };
      },
    }),
  ]),
  service(awsServices.iam, iamClient, [
    operation(iamClient.CreateRoleCommand, {
      members: {
        RoleName: text({ min: 1, max: 64, pattern: /[\w+=,.@-]+/ }),
        AssumeRolePolicyDocument: text(),
        Path: text(),
        Tags: list({ Key: text(), Value: text() }, { max: 50 }),
        MaxSessionDuration: integer({ min: 3600, max: 43200 }),
      },
      permissions: open,
      handle: (input) => {
        received.push(input);
        if (input.RoleName === "twice") {
          throw new iamClient.EntityAlreadyExistsException({ message: "it is there", $metadata: {} });
        }
        const { RoleName, Tags } = input;
        return {
          Role: { Path: "/", RoleName, RoleId: "AROA1", Arn: "arn:x", CreateDate: new Date(0), Tags },
        };
      },
    }),
  ]),
  service(awsServices.ec2, ec2Client, [
    operation(ec2Client.CreateVpcCommand, {
      members: { CidrBlock: text(), DryRun: flag(), TagSpecifications: list(given) },
      permissions: open,
      handle: (input) => {
        received.push(input);
        if (input.DryRun === true)
          throw new AwsError({ code: "DryRunOperation", status: 412, message: "It would have." });
        return { Vpc: { VpcId: "vpc-1", CidrBlock: input.CidrBlock, Tags: [{ Key: "a", Value: "b" }] } };
      },
    }),
    operation(ec2Client.DescribeSubnetsCommand, {
      members: { SubnetIds: list(text()), Filters: list({ Name: text(), Values: list(text()) }) },
      permissions: open,
      mutates: false,
      handle: (input) => {
        received.push(input);
        return { Subnets: [] };
      },
    }),
  ]),
  service(awsServices.s3, s3Client, [
    operation(s3Client.PutObjectCommand, {
      members: {
        Bucket: text(),
        Key: text({ min: 1, max: 1024 }),
        Body: stream(),
        Metadata: map(text()),
        ContentType: text(),
        ContentLength: integer(),
        ContentEncoding: text(),
        ChecksumAlgorithm: given,
        ChecksumCRC32: text(),
      },
      permissions: open,
      handle: async (input) => {
        stored.set(`${input.Bucket}/${input.Key}`, await collect(input.Body));
        received.push({ ...input, Body: undefined });
        return { ETag: '"e"', VersionId: "v1" };
      },
    }),
    operation(s3Client.GetObjectCommand, {
      members: { Bucket: text(), Key: text(), ChecksumMode: oneOf("ENABLED"), Range: text() },
      permissions: open,
      mutates: false,
      handle: (input) => {
        const body = stored.get(`${input.Bucket}/${input.Key}`);
        if (body === undefined) throw new s3Client.NoSuchKey({ message: "no key", $metadata: {} });
        return {
          Body: Readable.from([body]),
          ContentLength: body.length,
          Metadata: { a: "b" },
          LastModified: new Date(0),
        };
      },
    }),
    operation(s3Client.HeadObjectCommand, {
      members: { Bucket: text(), Key: text() },
      permissions: open,
      mutates: false,
      handle: () => {
        throw new AwsError({ code: "NotFound", status: 404, message: "none" });
      },
    }),
    operation(s3Client.GetBucketLocationCommand, {
      members: { Bucket: text() },
      permissions: open,
      mutates: false,
      handle: () => ({ LocationConstraint: "eu-west-1" as const }),
    }),
    operation(s3Client.CompleteMultipartUploadCommand, {
      members: {
        Bucket: text(),
        Key: text(),
        UploadId: text(),
        MultipartUpload: { Parts: list({ ETag: text(), PartNumber: integer() }) },
      },
      permissions: open,
      handle: (input) => {
        received.push(input);
        return { Bucket: input.Bucket, Key: input.Key, ETag: '"x-2"', Location: "http://a/b" };
      },
    }),
    operation(s3Client.DeleteObjectsCommand, {
      members: {
        Bucket: text(),
        Delete: { Objects: list({ Key: text(), VersionId: text() }, { max: 1000 }), Quiet: flag() },
        ChecksumAlgorithm: given,
      },
      permissions: open,
      handle: (input) => ({ Deleted: input.Delete.Objects.map(({ Key }) => ({ Key })) }),
    }),
    operation(s3Client.ListObjectsV2Command, {
      members: { Bucket: text(), Prefix: text(), MaxKeys: integer() },
      permissions: open,
      mutates: false,
      handle: (input) => ({
        Name: input.Bucket,
        Prefix: input.Prefix,
        KeyCount: 1,
        IsTruncated: false,
        Contents: [{ Key: "a <&> \u{1f600}", Size: 3, LastModified: new Date(1000) }],
      }),
    }),
  ]),
] as const;
