import assert from "node:assert/strict";
import { test } from "node:test";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import * as kmsClient from "@aws-sdk/client-kms";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import {
  awsServices,
  blob,
  flag,
  integer,
  list,
  map,
  noPermissionNeeded,
  oneOf,
  operationFor,
  operationsOf,
  service,
  stream,
  text,
} from "./index.ts";

interface Who {
  readonly arn: string;
}
const operation = operationFor<Who>();
const same = <T>(value: T): T => value;

test("the types of an operation come from the command class", () => {
  const training = operation(CreateTrainingJobCommand, {
    members: {
      TrainingJobName: text({ min: 1, max: 63 }),
      RoleArn: text(),
      HyperParameters: map(text({ max: 2500 }), { max: 100, key: text({ max: 256 }) }),
      AlgorithmSpecification: {
        TrainingImage: text(),
        TrainingInputMode: oneOf("File"),
        MetricDefinitions: list({ Name: text(), Regex: text() }, { max: 40 }),
      },
      OutputDataConfig: { S3OutputPath: text() },
      ResourceConfig: { InstanceCount: integer({ min: 1 }), VolumeSizeInGB: integer({ min: 1 }) },
      EnableNetworkIsolation: flag(),
    },
    permissions: (input, call) => [
      { action: "sagemaker:CreateTrainingJob", resource: `${call.authority.arn}/${input.TrainingJobName}` },
    ],
    handle: (input) => {
      const name: string = input.TrainingJobName;
      const first: string | undefined = input.AlgorithmSpecification?.MetricDefinitions?.[0]?.Regex;
      const depth: string | undefined = input.HyperParameters?.["max_depth"];
      return { TrainingJobArn: [name, first, depth].join() };
    },
  });
  assert.equal(training.name, "CreateTrainingJob");
  assert.equal(training.mutates, true);

  operation(PutObjectCommand, {
    members: { Bucket: text(), Key: text(), Body: stream(), Metadata: map(text()) },
    permissions: (input) => [{ action: "s3:PutObject", resource: `arn:aws:s3:::${input.Bucket}/${input.Key}` }],
    handle: async (input) => {
      for await (const chunk of input.Body ?? []) same<Uint8Array>(chunk);
      return { ETag: undefined };
    },
  });
  operation(GetObjectCommand, {
    members: { Bucket: text(), Key: text() },
    permissions: () => [],
    mutates: false,
    handle: () => ({ Body: new Uint8Array(1), ContentLength: 1 }),
  });
  operation(InvokeEndpointCommand, {
    members: { EndpointName: text(), Body: blob(), ContentType: text() },
    permissions: () => Promise.resolve([]),
    handle: (input) => ({ Body: same<Uint8Array>(input.Body) }),
  });
  operation(DescribeSubnetsCommand, {
    members: { SubnetIds: list(text()), Filters: list({ Name: text(), Values: list(text()) }) },
    permissions: () => [],
    mutates: false,
    handle: (input) => ({ Subnets: (input.SubnetIds ?? []).map((SubnetId) => ({ SubnetId })) }),
  });
  const who = operation(GetCallerIdentityCommand, {
    members: {},
    permissions: noPermissionNeeded("AWS answers whoever could sign"),
    mutates: false,
    handle: (_input, call) => ({ Arn: call.authority.arn }),
  });
  assert.equal(who.openBecause, "AWS answers whoever could sign");
});

test("what is forgotten or misspelt does not compile", () => {
  const never = (): void => {
    // @ts-expect-error permissions are missing
    operation(ListKeysCommand, { members: {}, handle: () => ({}) });
    // @ts-expect-error members are missing
    operation(ListKeysCommand, { permissions: () => [], handle: () => ({}) });
    operation(ListKeysCommand, {
      // @ts-expect-error there is no such member
      members: { Limits: integer() },
      permissions: () => [],
      handle: () => ({}),
    });
    operation(ListKeysCommand, {
      // @ts-expect-error a number is not limited by a text's rule
      members: { Limit: text() },
      permissions: () => [],
      handle: () => ({}),
    });
    operation(CreateTrainingJobCommand, {
      // @ts-expect-error a misspelt member inside a list
      members: { AlgorithmSpecification: { MetricDefinitions: list({ Name: text(), Regexp: text() }) } },
      permissions: () => [],
      handle: () => ({ TrainingJobArn: "" }),
    });
    operation(CreateTrainingJobCommand, {
      // @ts-expect-error not a value of the enumeration
      members: { AlgorithmSpecification: { TrainingInputMode: oneOf("Disk") } },
      permissions: () => [],
      handle: () => ({ TrainingJobArn: "" }),
    });
    operation(CreateTrainingJobCommand, {
      members: {},
      permissions: () => [],
      // @ts-expect-error the model requires TrainingJobArn
      handle: () => ({}),
    });
  };
  assert.equal(typeof never, "function");
});

test("a service knows what it serves and what it does not", () => {
  const kms = service(awsServices.kms, kmsClient, [
    operation(ListKeysCommand, {
      members: { Limit: integer({ min: 1, max: 1000 }), Marker: text() },
      permissions: () => [{ action: "kms:ListKeys", resource: "*" }],
      mutates: false,
      handle: () => ({ Keys: [] }),
    }),
  ]);
  const rows = operationsOf(kms);
  assert.ok(rows.length > 50);
  assert.deepEqual(
    rows.filter((row) => row.served),
    [{ name: "ListKeys", served: true, readOnly: true, actions: ["kms:ListKeys"] }],
  );
});
