import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import * as ec2Client from "@aws-sdk/client-ec2";
import * as iamClient from "@aws-sdk/client-iam";
import * as kmsClient from "@aws-sdk/client-kms";
import * as s3Client from "@aws-sdk/client-s3";
import * as runtimeClient from "@aws-sdk/client-sagemaker-runtime";
import * as sagemakerClient from "@aws-sdk/client-sagemaker";
import { type Call, decode, encode, encodeError, type HttpAnswer, type HttpRequestHead, route } from "./index.ts";
import { collect, received, services } from "./testing/echo-services.ts";

// The official clients against the codecs, over plain HTTP; signatures and policies are not wire's.

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
