import assert from "node:assert/strict";
import { test } from "node:test";
import * as runtime from "@aws-sdk/client-sagemaker-runtime";
import * as s3 from "@aws-sdk/client-s3";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import {
  type AwsError,
  awsServices,
  decode,
  given,
  noPermissionNeeded,
  operationFor,
  route,
  service,
  stream,
  text,
} from "./index.ts";

const operation = operationFor<null>();
const services = [
  service(awsServices.sagemaker, sagemaker, []),
  service(awsServices.sagemakerRuntime, runtime, []),
  service(awsServices.s3, s3, [
    operation(s3.PutObjectCommand, {
      members: {
        Bucket: text(),
        Key: text(),
        Body: stream(),
        ContentEncoding: text(),
        ChecksumAlgorithm: given,
        Metadata: given,
      },
      permissions: noPermissionNeeded("a test"),
      handle: () => ({}),
    }),
  ]),
];

type Headers = Readonly<Record<string, string>>;
const request = (method: string, target: string, headers: Headers = {}): Parameters<typeof route>[1] => ({
  method,
  target,
  headers: Object.entries(headers),
});

/** What is read of a request for PutObject that says this in its query; or the refusal. */
function read(query: string, headers: Headers = {}): object {
  const head = request("PUT", `/bkt/a?${query}`, headers);
  const routed = route(services, head, "s3");
  assert.ok(routed.kind === "operation");
  const { Body, ...rest } = decode(routed, head, Buffer.of()) as { Body: unknown };
  assert.ok(Body);
  return rest;
}

/** The operation's name, bucket and key, whether it is served or not. */
function found(method: string, target: string, headers: Headers = {}, scope: string | undefined = "s3"): string {
  const routed = route(services, request(method, target, headers), scope);
  if (routed.kind === "operation") return [routed.operation.name, routed.bucket, routed.key].join(" ");
  return routed.kind === "refused" ? (routed.operationName ?? routed.error.code) : routed.kind;
}

test("S3: one operation for every spelling of a request", () => {
  const copy = { "x-amz-copy-source": "/a/b" };
  const cases: readonly (readonly [string, string, string, Headers?])[] = [
    ["GET", "/", "ListBuckets"],
    ["GET", "/?x-id=ListBuckets", "ListBuckets"],
    ["PUT", "/bkt", "CreateBucket"],
    ["PUT", "/bkt/", "CreateBucket"],
    ["HEAD", "/bkt", "HeadBucket"],
    ["DELETE", "/bkt", "DeleteBucket"],
    ["GET", "/bkt", "ListObjects"],
    ["GET", "/bkt/?list-type=2&prefix=a", "ListObjectsV2"],
    ["GET", "/bkt?versions", "ListObjectVersions"],
    ["GET", "/bkt?uploads=", "ListMultipartUploads"],
    ["GET", "/bkt?location", "GetBucketLocation"],
    ["PUT", "/bkt?policy", "PutBucketPolicy"],
    ["GET", "/bkt?analytics", "ListBucketAnalyticsConfigurations"],
    ["GET", "/bkt?analytics&id=1", "GetBucketAnalyticsConfiguration"],
    ["POST", "/bkt?delete", "DeleteObjects"],
    ["POST", "/bkt", "MethodNotAllowed"],
    ["PUT", "/bkt/a/b%20c", "PutObject bkt a/b c"],
    ["PUT", "/bkt/a/b?x-id=PutObject", "PutObject bkt a/b"],
    ["PUT", "/bkt//a//../b/", "PutObject bkt /a//../b/"],
    ["PUT", "/bkt/a+b", "PutObject bkt a+b"],
    ["PUT", "/bkt/a", "CopyObject", copy],
    ["PUT", "/bkt/a?partNumber=1&uploadId=u", "UploadPart"],
    ["PUT", "/bkt/a?partNumber=1&uploadId=u", "UploadPartCopy", copy],
    ["PUT", "/bkt/a?X-Amz-Copy-Source=a%2Fb&X-Amz-Signature=s", "CopyObject"],
    ["PUT", "/bkt/a?x-amz-copy-source=a%2Fb", "CopyObject"],
    ["PUT", "/bkt/a?partNumber=1&uploadId=u&X-Amz-Copy-Source=a%2Fb", "UploadPartCopy"],
    ["GET", "/bkt/a", "GetObject"],
    ["GET", "/bkt/a?uploadId=u", "ListParts"],
    ["GET", "/bkt/a?tagging", "GetObjectTagging"],
    ["DELETE", "/bkt/a", "DeleteObject"],
    ["DELETE", "/bkt/a?versionId=v", "DeleteObject"],
    ["DELETE", "/bkt/a?uploadId=u", "AbortMultipartUpload"],
    ["POST", "/bkt/a?uploads", "CreateMultipartUpload"],
    ["POST", "/bkt/a?uploads=", "CreateMultipartUpload"],
    ["POST", "/bkt/a?uploadId=u", "CompleteMultipartUpload"],
    ["PUT", "/a/b", "PutObject my.bucket a/b", { host: "my.bucket.s3.localhost:8443" }],
    ["PUT", "/", "CreateBucket", { host: "bkt.s3.us-east-1.example.com" }],
    ["PUT", "/bkt/a", "PutObject bkt a", { host: "s3.us-east-1.example.com" }],
    ["PUT", "/bkt/a", "PutObject bkt a", { host: "127.0.0.1:8443" }],
    ["PUT", "/bkt/a", "PutObject bkt a", { host: "[::1]:8443" }],
  ];
  for (const [method, target, wanted, headers] of cases) {
    assert.equal(found(method, target, headers), wanted, `${method} ${target}`);
  }
});

test("an operation is found under the prefix of its service, with and without a namespace before it", () => {
  const by = (target: string) => found("POST", "/", { "x-amz-target": target }, "sagemaker");
  assert.equal(by("SageMaker.CreateModel"), "CreateModel");
  assert.equal(by("com.amazonaws.sagemaker.SageMaker.CreateModel"), "CreateModel");
  for (const wrong of ["NotSageMaker.CreateModel", ".CreateModel", "CreateModel", "SageMaker"]) {
    assert.notEqual(by(wrong), "CreateModel", wrong);
  }
});

test("services that share a signing name are told apart by the request", () => {
  const target = { "x-amz-target": "SageMaker.CreateModel" };
  assert.equal(found("POST", "/", target, "sagemaker"), "CreateModel");
  assert.equal(found("POST", "/endpoints/e/invocations", {}, "sagemaker"), "InvokeEndpoint");
  const unsigned = route(services, request("POST", "/endpoints/e/invocations"), undefined);
  assert.equal(unsigned.kind === "refused" && unsigned.service?.name, "sagemaker-runtime");
  const anonymous = route(services, request("GET", "/bkt/key"), undefined);
  assert.equal(anonymous.kind === "refused" && anonymous.service?.name, "s3");
});

test("a header that was hoisted into the query is read as the header would be", () => {
  const notes = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token"]
    .concat(["Content-Sha256", "User-Agent", "Checksum-Mode", "Sdk-Anything"])
    .map((name) => `X-Amz-${name}=1`);
  const said = [...notes, "x-id=PutObject", "X-Amz-Meta-Note=%E6%97%A5", "x-amz-sdk-checksum-algorithm=CRC32"];
  assert.deepEqual(read(said.join("&")), {
    Bucket: "bkt",
    Key: "a",
    ChecksumAlgorithm: "CRC32",
    // Its bytes in UTF-8, one character each.
    Metadata: { note: "\xe6\x97\xa5" },
  });
  const sent = { "x-amz-meta-note": "\t \xe6\x97\xa5\xc3\xa0 " };
  assert.deepEqual(read("", sent), { Bucket: "bkt", Key: "a", Metadata: { note: "\xe6\x97\xa5\xc3\xa0" } });
});

test("a hoisted header that the operation does not have, or that stands twice, is refused by its name", () => {
  for (const [query, code, name] of [
    ["X-Amz-Nonsense=1", "NotImplemented", "x-amz-nonsense"],
    ["X-Amz-Trailer=x-amz-checksum-crc32", "NotImplemented", "x-amz-trailer"],
    ["X-Amz-Metadata-Directive=REPLACE", "NotImplemented", "x-amz-metadata-directive"],
    ["X-Amz-Acl=private", "NotImplemented", "ACL"],
    ["X-Amz-Meta-A=1&x-amz-meta-a=2", "InvalidArgument", "x-amz-meta-a"],
  ] as const) {
    assert.throws(
      () => read(query),
      (error: AwsError) => {
        assert.deepEqual([error.code, error.message.includes(`'${name}'`)], [code, true], error.message);
        return true;
      },
    );
  }
});

test("S3 passes over parameters for its access log", () => {
  assert.deepEqual(read("x-user=ada&X-Request=1&x-amzn-trace-id=t"), { Bucket: "bkt", Key: "a" });
});

test("a streaming body reaches the handler unread, and aws-chunked is no encoding", () => {
  const head = request("PUT", "/bkt/a?X-Amz-Sdk-Checksum-Algorithm=CRC32&X-Amz-Signature=s", {
    "content-encoding": "aws-chunked, br, \xc3\xa0",
  });
  const routed = route(services, head, "s3");
  assert.ok(routed.kind === "operation" && routed.streamsInput);
  const sent: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => assert.fail("decode read the body"),
  };
  const { Body, ...rest } = decode(routed, head, sent) as { Body: unknown };
  assert.deepEqual(rest, { Bucket: "bkt", Key: "a", ContentEncoding: "br, \xc3\xa0", ChecksumAlgorithm: "CRC32" });
  assert.equal(Body, sent);
});
