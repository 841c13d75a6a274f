import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
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
  type Call,
  decode,
  encode,
  encodeError,
  flag,
  given,
  type HttpAnswer,
  type HttpRequestHead,
  integer,
  list,
  map,
  noPermissionNeeded,
  oneOf,
  operationFor,
  route,
  service,
  stream,
  text,
} from "./index.ts";

/** The official clients against the codecs, over plain HTTP; signatures and policies are not wire's. */
const operation = operationFor<null>();
const open = noPermissionNeeded("this test is about the wire alone");
const received: object[] = [];
const stored = new Map<string, Uint8Array>();

const collect = async (body: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const services = [
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

const call: Call<null> = {
  authority: null,
  requestId: "",
  now: new Date(0),
  accountId: "1",
  region: "r",
  headers: {},
  signal: new AbortController().signal,
};

async function answer(request: IncomingMessage): Promise<HttpAnswer> {
  const headers: [string, string][] = [];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    headers.push([String(request.rawHeaders[i]).toLowerCase(), String(request.rawHeaders[i + 1])]);
  }
  const head: HttpRequestHead = { method: request.method ?? "", target: request.url ?? "", headers };
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? "")?.[1];
  const id = randomUUID();
  let routed = route(services, head, scope);
  const { service } = routed;
  try {
    let body: Uint8Array | undefined;
    if (routed.kind === "named-in-body") {
      body = await collect(request);
      routed = routed.finish(body);
    }
    if (routed.kind === "refused") throw routed.error;
    const source = routed.streamsInput ? request : (body ?? (await collect(request)));
    const input = decode(routed, head, source);
    return encode(routed, await routed.operation.handle(input, call), id);
  } catch (error) {
    return encodeError(service, error, id, head);
  }
}

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  void answer(request).then(async ({ status, headers, body }) => {
    response.writeHead(status, headers.flat());
    if (body !== undefined) for await (const chunk of body instanceof Uint8Array ? [body] : body) response.write(chunk);
    response.end();
  });
});
let options: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
};

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  options = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIA", secretAccessKey: "s" },
    maxAttempts: 1,
  };
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const failure = async (
  call: Promise<unknown>,
): Promise<{ name: string; message: string; $metadata: { httpStatusCode?: number; requestId?: string } }> => {
  try {
    await call;
  } catch (error) {
    return error as Awaited<ReturnType<typeof failure>>;
  }
  throw new Error("it was answered");
};

test("awsJson: KMS and SageMaker", async () => {
  const kms = new kmsClient.KMSClient(options);
  const made = await kms.send(new kmsClient.CreateKeyCommand({ Description: "ü" }));
  assert.deepEqual(received.at(-1), { Description: "ü" });
  assert.equal(made.KeyMetadata?.CreationDate?.getTime(), 1_700_000_000_500);
  const sealed = await kms.send(new kmsClient.EncryptCommand({ KeyId: "k", Plaintext: Uint8Array.of(1, 2, 3) }));
  assert.deepEqual([...(sealed.CiphertextBlob ?? [])], [3, 2, 1]);
  const missing = await failure(kms.send(new kmsClient.DescribeKeyCommand({ KeyId: "x" })));
  assert.ok(missing instanceof kmsClient.NotFoundException);
  assert.equal(missing.message, "no x");
  assert.match(missing.$metadata.requestId ?? "", /^[0-9a-f-]{36}$/);
  const bug = await failure(kms.send(new kmsClient.DescribeKeyCommand({ KeyId: "boom" })));
  assert.equal(bug.name, "InternalFailure");
  assert.doesNotMatch(bug.message, /secret/);
  const unsupported = await failure(kms.send(new kmsClient.CreateKeyCommand({ Policy: "{}" })));
  assert.equal(unsupported.name, "ValidationException");
  assert.equal(unsupported.message, "The parameter 'Policy' is not supported here.");
  const unserved = await failure(kms.send(new kmsClient.ListKeysCommand({})));
  assert.equal(unserved.name, "UnknownOperationException");
  assert.match(unserved.message, /ListKeys/);
  const sagemaker = new sagemakerClient.SageMakerClient(options);
  const job = await failure(sagemaker.send(new sagemakerClient.DescribeTrainingJobCommand({ TrainingJobName: "a" })));
  assert.ok(job instanceof sagemakerClient.ResourceNotFound);
  assert.equal(job.message, "no such job");
  const name = await failure(
    sagemaker.send(new sagemakerClient.DescribeTrainingJobCommand({ TrainingJobName: "a_b" })),
  );
  assert.match(
    name.message,
    /^1 validation error detected: Value 'a_b' at 'TrainingJobName' failed to satisfy constraint/,
  );
});

test("restJson: SageMaker Runtime", async () => {
  const runtime = new runtimeClient.SageMakerRuntimeClient(options);
  const out = await runtime.send(
    new runtimeClient.InvokeEndpointCommand({ EndpointName: "e 1", Body: "abc", ContentType: "text/csv" }),
  );
  assert.equal(out.Body.transformToString(), "cba");
  assert.equal(out.ContentType, "text/csv");
  assert.equal(out.InvokedProductionVariant, "a");
  const sick = await failure(runtime.send(new runtimeClient.InvokeEndpointCommand({ EndpointName: "sick", Body: "" })));
  assert.ok(sick instanceof runtimeClient.ModelError);
  assert.equal(sick.OriginalStatusCode, 503);
  assert.equal(sick.$metadata.httpStatusCode, 424);
});

test("awsQuery: IAM", async () => {
  const iam = new iamClient.IAMClient(options);
  const Tags = [
    { Key: "a b", Value: "c&d=ü" },
    { Key: "e", Value: "" },
  ];
  const made = await iam.send(new iamClient.CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: "{}", Tags }));
  assert.deepEqual(received.at(-1), { RoleName: "r", AssumeRolePolicyDocument: "{}", Tags });
  assert.deepEqual(made.Role?.Tags, Tags);
  const twice = await failure(
    iam.send(new iamClient.CreateRoleCommand({ RoleName: "twice", AssumeRolePolicyDocument: "{}" })),
  );
  assert.ok(twice instanceof iamClient.EntityAlreadyExistsException);
  const bad = await failure(
    iam.send(new iamClient.CreateRoleCommand({ RoleName: "a/b", AssumeRolePolicyDocument: "{}" })),
  );
  assert.equal(bad.name, "ValidationError");
  assert.equal((await failure(iam.send(new iamClient.ListUsersCommand({})))).name, "InvalidAction");
});

test("ec2Query: EC2", async () => {
  const ec2 = new ec2Client.EC2Client(options);
  const made = await ec2.send(
    new ec2Client.CreateVpcCommand({
      CidrBlock: "10.0.0.0/16",
      TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "v" }] }],
    }),
  );
  assert.deepEqual(received.at(-1), {
    CidrBlock: "10.0.0.0/16",
    TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "v" }] }],
  });
  assert.deepEqual(made.Vpc?.Tags, [{ Key: "a", Value: "b" }]);
  const Filters = [{ Name: "vpc-id", Values: ["vpc-1", "vpc-2"] }];
  const subnets = await ec2.send(new ec2Client.DescribeSubnetsCommand({ Filters }));
  assert.deepEqual(received.at(-1), { Filters });
  assert.deepEqual(subnets.Subnets, []);
  const dry = await failure(ec2.send(new ec2Client.CreateVpcCommand({ DryRun: true })));
  assert.equal(dry.name, "DryRunOperation");
  assert.equal(dry.$metadata.httpStatusCode, 412);
});

test("restXml: S3", async () => {
  const s3 = new s3Client.S3Client({ ...options, forcePathStyle: true });
  const at = { Bucket: "b1", Key: "x/ü + &/y" };
  const put = await s3.send(
    new s3Client.PutObjectCommand({ ...at, Body: "hello", Metadata: { Colour: "red" }, ContentType: "text/csv" }),
  );
  assert.equal(put.VersionId, "v1");
  assert.deepEqual((received.at(-1) as { Metadata: object }).Metadata, { colour: "red" });
  const got = await s3.send(new s3Client.GetObjectCommand(at));
  assert.equal(await got.Body?.transformToString(), "hello");
  assert.deepEqual(got.Metadata, { a: "b" });
  assert.equal(got.LastModified?.getTime(), 0);
  assert.ok(
    (await failure(s3.send(new s3Client.GetObjectCommand({ ...at, Key: "none" })))) instanceof s3Client.NoSuchKey,
  );
  const head = await failure(s3.send(new s3Client.HeadObjectCommand(at)));
  assert.equal(head.name, "NotFound");
  assert.ok(head.$metadata.requestId);
  assert.equal(
    (await s3.send(new s3Client.GetBucketLocationCommand({ Bucket: "b1" }))).LocationConstraint,
    "eu-west-1",
  );
  const Parts = [
    { ETag: '"a"', PartNumber: 1 },
    { ETag: '"b"', PartNumber: 2 },
  ];
  const done = await s3.send(
    new s3Client.CompleteMultipartUploadCommand({ ...at, UploadId: "u", MultipartUpload: { Parts } }),
  );
  assert.equal(done.ETag, '"x-2"');
  assert.deepEqual(received.at(-1), { ...at, UploadId: "u", MultipartUpload: { Parts } });
  const gone = await s3.send(
    new s3Client.DeleteObjectsCommand({ Bucket: "b1", Delete: { Objects: [{ Key: "<a>" }, { Key: "b" }] } }),
  );
  assert.deepEqual(gone.Deleted, [{ Key: "<a>" }, { Key: "b" }]);
  const page = await s3.send(new s3Client.ListObjectsV2Command({ Bucket: "b1", Prefix: "p+ q" }));
  assert.equal(page.Prefix, "p+ q");
  assert.equal(page.Contents?.[0]?.Key, "a <&> \u{1f600}");
  const unserved = await failure(s3.send(new s3Client.GetBucketAclCommand({ Bucket: "b1" })));
  assert.equal(unserved.name, "NotImplemented");
  assert.equal(unserved.$metadata.httpStatusCode, 501);
  const unsupported = await failure(
    s3.send(new s3Client.PutObjectCommand({ ...at, Body: "x", StorageClass: "GLACIER" })),
  );
  assert.equal(unsupported.name, "NotImplemented");
  assert.match(unsupported.message, /'StorageClass'/);
});
