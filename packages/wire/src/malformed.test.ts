import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import * as kms from "@aws-sdk/client-kms";
import * as s3 from "@aws-sdk/client-s3";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import * as runtime from "@aws-sdk/client-sagemaker-runtime";
import {
  AwsError,
  awsServices,
  decode,
  encodeError,
  given,
  type HttpRequestHead,
  integer,
  list,
  map,
  noPermissionNeeded,
  oneOf,
  operationFor,
  route,
  service,
  text,
} from "./index.ts";

const operation = operationFor<null>();
const permissions = noPermissionNeeded("a test");
const handle = (): never => {
  throw new Error("no malformed request gets here");
};

const services = [
  service(awsServices.sagemaker, sagemaker, [
    operation(sagemaker.CreateExperimentCommand, {
      members: {
        ExperimentName: text({ min: 1, max: 8, pattern: /[a-z]+/ }),
        Tags: list({ Key: text({ max: 3 }), Value: text() }, { max: 2 }),
      },
      permissions,
      handle,
    }),
    operation(sagemaker.CreateTrainingJobCommand, {
      members: {
        TrainingJobName: text(),
        RoleArn: text(),
        OutputDataConfig: given,
        HyperParameters: map(text({ max: 4 }), { max: 2, key: text({ max: 4 }) }),
        StoppingCondition: { MaxRuntimeInSeconds: integer({ min: 1 }) },
        AlgorithmSpecification: { TrainingInputMode: oneOf("File") },
      },
      permissions,
      handle,
    }),
    operation(sagemaker.SearchCommand, { members: { Resource: given, SearchExpression: given }, permissions, handle }),
  ]),
  service(awsServices.sagemakerRuntime, runtime, [
    operation(runtime.InvokeEndpointCommand, { members: { EndpointName: text(), Body: given }, permissions, handle }),
  ]),
  service(awsServices.kms, kms, [
    operation(kms.EncryptCommand, {
      members: { KeyId: text(), Plaintext: given, EncryptionContext: map(text()) },
      permissions,
      handle,
    }),
  ]),
  service(awsServices.iam, iam, [
    operation(iam.CreateLoginProfileCommand, {
      members: { UserName: text(), Password: text({ min: 12 }) },
      permissions,
      handle,
    }),
    operation(iam.CreateRoleCommand, {
      members: { RoleName: text(), AssumeRolePolicyDocument: text(), Tags: list({ Key: text(), Value: text() }) },
      permissions,
      handle,
    }),
  ]),
  service(awsServices.ec2, ec2, [
    operation(ec2.CreateVpcCommand, { members: { CidrBlock: text(), TagSpecifications: given }, permissions, handle }),
  ]),
  service(awsServices.s3, s3, [
    operation(s3.DeleteObjectsCommand, { members: { Bucket: text(), Delete: given }, permissions, handle }),
    operation(s3.ListObjectsV2Command, { members: { Bucket: text(), MaxKeys: integer() }, permissions, handle }),
    operation(s3.GetObjectCommand, {
      members: { Bucket: text(), Key: text(), IfModifiedSince: given },
      permissions,
      handle,
    }),
  ]),
] as const;

interface Sent {
  readonly scope: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What a request is answered with; undefined where it was accepted. Anything but an AwsError is passed on. */
function refusal({ scope, method = "POST", target = "/", headers = {}, body = "" }: Sent): AwsError | undefined {
  const head: HttpRequestHead = { method, target, headers: Object.entries(headers) };
  const bytes = Buffer.from(body);
  try {
    let routed = route(services, head, scope);
    if (routed.kind === "named-in-body") routed = routed.finish(bytes);
    if (routed.kind === "refused") return routed.error;
    decode(routed, head, bytes);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

const json = (operationName: string, body: string | Uint8Array, headers = {}): Sent => ({
  scope: "sagemaker",
  headers: { "x-amz-target": `SageMaker.${operationName}`, ...headers },
  body,
});
const inContext = (context: string): Sent => ({
  scope: "kms",
  headers: { "x-amz-target": "TrentService.Encrypt" },
  body: `{"KeyId":"a","Plaintext":"YQ==","EncryptionContext":${context}}`,
});
const deleting = (body: string): Sent => ({ scope: "s3", target: "/bkt?delete", body });
const role = (body: string): Sent => ({ scope: "iam", body: `Action=CreateRole&Version=2010-05-08&${body}` });

const cases: readonly (readonly [Sent, string, number, RegExp])[] = [
  // awsJson
  [json("CreateExperiment", "{"), "SerializationException", 400, /not JSON/],
  [json("CreateExperiment", "[]"), "SerializationException", 400, /expected an object, found a list/],
  [json("CreateExperiment", '"x"'), "SerializationException", 400, /expected an object, found a string/],
  [json("CreateExperiment", "null"), "SerializationException", 400, /found null/],
  [json("CreateExperiment", Uint8Array.of(0x22, 0xff, 0x22)), "SerializationException", 400, /UTF-8/],
  [json("CreateExperiment", ""), "ValidationException", 400, /'ExperimentName' .*must not be null/],
  [json("CreateExperiment", '{"ExperimentName":null}'), "ValidationException", 400, /must not be null/],
  [
    json("CreateExperiment", '{"ExperimentName":5}'),
    "SerializationException",
    400,
    /'ExperimentName'.*a string, found a number/,
  ],
  [
    json("CreateExperiment", '{"ExperimentName":"a","Tags":{}}'),
    "SerializationException",
    400,
    /'Tags'.*a list, found an object/,
  ],
  [json("CreateExperiment", '{"ExperimentName":"a","Tags":[null]}'), "SerializationException", 400, /'Tags\[0\]'/],
  [inContext('{"a":null}'), "SerializationException", 400, /'EncryptionContext\.a'.*a string, found null/],
  [inContext('{"a":"\\ud800"}'), "SerializationException", 400, /'EncryptionContext\.a'.*not well-formed Unicode/],
  [inContext('{"\\udfff":"a"}'), "SerializationException", 400, /'EncryptionContext\..*not well-formed Unicode/],
  [json("CreateExperiment", '{"ExperimentName":"\\ud83d"}'), "SerializationException", 400, /not well-formed Unicode/],
  [
    json("CreateExperiment", '{"ExperimentName":"a","Tags":[{"Key":"k"}]}'),
    "ValidationException",
    400,
    /'Tags\[0\]\.Value'/,
  ],
  [
    json("CreateExperiment", '{"ExperimentName":"a","Tags":[{"Key":"long","Value":""}]}'),
    "ValidationException",
    400,
    /'long' at 'Tags\[0\]\.Key'.*length less than or equal to 3/,
  ],
  [
    json("CreateExperiment", '{"ExperimentName":"a","Nonsense":1}'),
    "ValidationException",
    400,
    /'Nonsense' is not known/,
  ],
  [
    json("CreateExperiment", '{"ExperimentName":"a","Description":""}'),
    "ValidationException",
    400,
    /'Description' is not supported here/,
  ],
  [
    json("CreateExperiment", '{"ExperimentName":"a","toString":{}}'),
    "ValidationException",
    400,
    /'toString' is not known/,
  ],
  [
    json("CreateExperiment", '{"ExperimentName":"a","__proto__":{}}'),
    "ValidationException",
    400,
    /'__proto__' is not known/,
  ],
  [
    json("CreateExperiment", '{"ExperimentName":"A1"}'),
    "ValidationException",
    400,
    /regular expression pattern: \[a-z\]\+/,
  ],
  [json("CreateExperiment", '{"ExperimentName":"a\\nb"}'), "ValidationException", 400, /Value 'a b'/],
  [json("CreateExperiment", "x".repeat(5 << 20)), "RequestEntityTooLargeException", 413, /at most/],
  [json("CreateExperiment", "no gzip", { "content-encoding": "gzip" }), "SerializationException", 400, /not gzip/],
  [
    json("CreateExperiment", gzipSync(Buffer.alloc(64 << 20)), { "content-encoding": "gzip" }),
    "RequestEntityTooLargeException",
    413,
    /unpacked/,
  ],
  [
    json("Search", `{"Resource":"x","SearchExpression":${'{"SubExpressions":['.repeat(5000)}${"]}".repeat(5000)}}`),
    "SerializationException",
    400,
    /too deeply/,
  ],
  [json("ListExperiments", "{}"), "UnknownOperationException", 501, /ListExperiments is not served here/],
  [json("Nonsense", "{}"), "UnknownOperationException", 404, /Nonsense is not known/],
  [
    { ...json("x", "{}"), headers: { "x-amz-target": "Other.CreateExperiment" } },
    "UnknownOperationException",
    404,
    /X-Amz-Target/,
  ],
  [
    { scope: "kms", headers: { "x-amz-target": "TrentService.Encrypt" }, body: '{"KeyId":"k","Plaintext":"a"}' },
    "SerializationException",
    400,
    /'Plaintext'.*base64/,
  ],
  // awsQuery and ec2Query
  [role("%zz=1"), "MalformedInput", 400, /escape/],
  [role("RoleName=a"), "ValidationError", 400, /'AssumeRolePolicyDocument'/],
  [role("RoleName=a&RoleName=b"), "MalformedInput", 400, /given twice/],
  [role("RoleName.x=a"), "MalformedInput", 400, /'RoleName'.*one value/],
  [
    role("RoleName=a&AssumeRolePolicyDocument=b&Tags.member.x.Key=k"),
    "MalformedInput",
    400,
    /expected a number, found x/,
  ],
  [role("RoleName=a&AssumeRolePolicyDocument=b&Tags.1.Key=k"), "MalformedInput", 400, /expected member/],
  [role("RoleName=a&AssumeRolePolicyDocument=b&Path=/"), "ValidationError", 400, /'Path' is not supported here/],
  [role("RoleName=a&AssumeRolePolicyDocument=b&Nonsense=/"), "ValidationError", 400, /'Nonsense' is not known/],
  [role(`RoleName=a&${"a.".repeat(1000)}b=1`), "MalformedInput", 400, /too deeply/],
  [{ scope: "iam", body: "Action=ListUsers&Version=2010-05-08" }, "InvalidAction", 400, /ListUsers is not served/],
  [{ scope: "iam", body: "Action=CreateRole&Version=1999-01-01" }, "InvalidAction", 400, /version 1999/],
  [{ scope: "iam", body: "" }, "InvalidAction", 400, /not known/],
  [
    { scope: "ec2", body: "Action=CreateVpc&TagSpecification.1.Tag.x.Key=k" },
    "InvalidParameterValue",
    400,
    /expected a number/,
  ],
  [{ scope: "ec2", body: "Action=CreateVpc&Nonsense=k" }, "UnknownParameter", 400, /Nonsense/],
  [{ scope: "ec2", body: "Action=RunInstances" }, "UnsupportedOperation", 400, /RunInstances/],
  // restXml
  [deleting("<Delete>"), "MalformedXML", 400, /not closed/],
  [deleting("<Delete></Remove>"), "MalformedXML", 400, /closes nothing/],
  [deleting("<Remove/>"), "MalformedXML", 400, /expected <Delete>, found <Remove>/],
  [deleting("<Delete/>"), "MalformedXML", 400, /'Delete\.Objects'/],
  [deleting("<Delete><Object><Key>a</Key></Object>x</Delete>"), "MalformedXML", 400, /found text/],
  [
    deleting("<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>"),
    "MalformedXML",
    400,
    /'Delete\.Objects\[0\]\.Key'.*twice/,
  ],
  [deleting("<Delete><Object><Key>a</Key></Object><Quiet>yes</Quiet></Delete>"), "MalformedXML", 400, /true or false/],
  [deleting("<Delete><Thing/></Delete>"), "MalformedXML", 400, /'Delete\.Thing' is not known/],
  [deleting('<!DOCTYPE a [<!ENTITY b "c">]><Delete>&b;</Delete>'), "MalformedXML", 400, /document type/],
  [deleting("<Delete>&b;</Delete>"), "MalformedXML", 400, /&b; is not defined/],
  [deleting("<Delete/><Delete/>"), "MalformedXML", 400, /more than one root/],
  [deleting("<Delete/>tail"), "MalformedXML", 400, /outside of the root/],
  [deleting("<a>".repeat(20_000)), "MalformedXML", 400, /too deeply/],
  [{ scope: "s3", method: "GET", target: "/bkt?list-type=2&max-keys=many" }, "InvalidArgument", 400, /'MaxKeys'/],
  [{ scope: "s3", method: "GET", target: "/bkt?list-type=2&nonsense=1" }, "NotImplemented", 501, /'nonsense'/],
  [{ scope: "s3", method: "GET", target: "/bkt?list-type=2&prefix=a" }, "NotImplemented", 501, /'Prefix'/],
  [{ scope: "s3", method: "GET", target: "/bkt/%ff" }, "InvalidArgument", 400, /escape/],
  [{ scope: "s3", method: "GET", target: "/bkt?acl" }, "NotImplemented", 501, /GetBucketAcl/],
  [{ scope: "s3", method: "PATCH", target: "/bkt" }, "MethodNotAllowed", 405, /PATCH/],
  [
    { scope: "s3", method: "GET", target: "/bkt/k", headers: { "if-modified-since": "yesterday" } },
    "InvalidArgument",
    400,
    /'IfModifiedSince'/,
  ],
  // restJson
  [
    { scope: "sagemaker", target: "/endpoints/a/invocations?x-user=ada" },
    "ValidationException",
    400,
    /'x-user' is not supported/,
  ],
  [
    { scope: "sagemaker", target: "/endpoints/a/invocations?X-Amz-Nonsense=1" },
    "ValidationException",
    400,
    /'x-amz-nonsense' is not supported/,
  ],
  [{ scope: "sagemaker", target: "/endpoints/a" }, "UnknownOperationException", 404, /\/endpoints\/a/],
  [
    { scope: "sagemaker", target: "/endpoints/a/async-invocations" },
    "UnknownOperationException",
    501,
    /InvokeEndpointAsync/,
  ],
  [{ scope: "nonsense" }, "UnknownService", 404, /nonsense/],
];

test("what is wrong is refused by its name, in the service's own words", () => {
  for (const [sent, code, status, message] of cases) {
    const error = refusal(sent);
    assert.ok(error, `accepted: ${JSON.stringify(sent).slice(0, 200)}`);
    assert.deepEqual([error.code, error.status], [code, status], error.message);
    assert.match(error.message, message);
  }
});

test("a sensitive value is not repeated in a message", () => {
  const body = "Action=CreateLoginProfile&Version=2010-05-08&UserName=u&Password=hunter2";
  const error = refusal({ scope: "iam", body });
  assert.match(error?.message ?? "", /Value \*\*\* at 'Password'.*length greater than or equal to 12/);
});

test("bytes changed at random are read or refused, and nothing else", () => {
  const good: Sent[] = [
    json(
      "CreateTrainingJob",
      JSON.stringify({
        TrainingJobName: "a",
        RoleArn: "r",
        OutputDataConfig: { S3OutputPath: "s3://x" },
        HyperParameters: { a: "1" },
        StoppingCondition: { MaxRuntimeInSeconds: 5 },
        AlgorithmSpecification: { TrainingInputMode: "File" },
      }),
    ),
    role("RoleName=a&AssumeRolePolicyDocument=%7B%7D&Tags.member.1.Key=k&Tags.member.1.Value=v%20w"),
    {
      scope: "ec2",
      body: "Action=CreateVpc&CidrBlock=10.0.0.0%2F16&TagSpecification.1.ResourceType=vpc&TagSpecification.1.Tag.1.Key=k",
    },
    deleting(
      '<?xml version="1.0"?><Delete xmlns="http://s3"><Object><Key>a&amp;b</Key></Object><Quiet>true</Quiet><!-- c --></Delete>',
    ),
  ];
  let state = 12345;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % below;
  };
  const alphabet = Buffer.from("{}[]<>/&;=.%\"'\\:,0123456789aZ \n\u0000é-!?");
  for (const sent of good) {
    assert.equal(refusal(sent), undefined);
    for (let i = 0; i < 3000; i += 1) {
      const body = Buffer.from(sent.body ?? "");
      for (let n = 1 + next(3); n > 0; n -= 1) body[next(body.length)] = alphabet[next(alphabet.length)] ?? 0;
      const cut = next(4) === 0 ? body.subarray(0, next(body.length)) : body;
      const error = refusal({ ...sent, body: cut });
      assert.ok(error === undefined || (error.status >= 400 && error.status < 600 && error.status !== 500));
    }
  }
});

test("an internal error leaves without its text", () => {
  const [sagemakerService] = services;
  const head = { method: "POST", target: "/", headers: [] };
  const answer = encodeError(sagemakerService, new Error("/var/secret"), "id", head);
  assert.equal(answer.status, 500);
  assert.doesNotMatch(Buffer.from(answer.body as Uint8Array).toString(), /secret/);
});
