import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateRoleCommand, SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import * as runtime from "@aws-sdk/client-sagemaker-runtime";
import { CreateTrainingJobCommand, ListExperimentsCommand } from "@aws-sdk/client-sagemaker";
import {
  awsServices,
  flag,
  given,
  integer,
  list,
  noPermissionNeeded,
  number,
  oneOf,
  operationFor,
  service,
  text,
} from "./index.ts";
import { Malformed } from "./malformed.ts";

const operation = operationFor<null>();
const permissions = noPermissionNeeded("a test");

test("a tree that does not fit the model is a mistake of the server, found when it is made", () => {
  const members: object = { RoleName: text() };
  assert.throws(
    () => operation(CreateRoleCommand, { members, permissions, handle: () => assert.fail() }),
    /CreateRole requires AssumeRolePolicyDocument/,
  );
  const misspelt: object = { Max: integer() };
  assert.throws(
    () => operation(ListExperimentsCommand, { members: misspelt, permissions, handle: () => ({}) }),
    /ListExperiments has no member Max/,
  );
  const wrongRule: object = { MaxResults: flag() };
  assert.throws(
    () => operation(ListExperimentsCommand, { members: wrongRule, permissions, handle: () => ({}) }),
    /ListExperiments\.MaxResults is a number, its rule is for a flag/,
  );
});

test("event streams are refused when a service is made, not when it is called", () => {
  const streaming = operation(runtime.InvokeEndpointWithResponseStreamCommand, {
    members: { EndpointName: text(), Body: given },
    permissions,
    handle: () => assert.fail(),
  });
  assert.throws(() => service(awsServices.sagemakerRuntime, runtime, [streaming]), /has an event stream: Body/);
});

test("limits hold for every kind of member", () => {
  const training = operation(CreateTrainingJobCommand, {
    members: {
      TrainingJobName: text({ max: 3 }),
      RoleArn: given,
      OutputDataConfig: { S3OutputPath: text(), KmsKeyId: text() },
      AlgorithmSpecification: { TrainingInputMode: oneOf("File", "Pipe") },
      EnableNetworkIsolation: flag({ only: true }),
      StoppingCondition: { MaxRuntimeInSeconds: integer({ min: 1, max: 10 }) },
      Tags: list(given, { max: 1 }),
      ExperimentConfig: given,
    },
    permissions,
    handle: () => assert.fail(),
  });
  const said = (input: object): string => {
    try {
      training.check(input);
      return "fits";
    } catch (error) {
      assert.ok(error instanceof Malformed);
      return `${error.path}: ${error.problem}`;
    }
  };
  const cases: readonly (readonly [object, string])[] = [
    [{ TrainingJobName: "abc", Tags: [{ Key: "a", Value: "b" }], ExperimentConfig: { TrialName: "t" } }, "fits"],
    [{ TrainingJobName: "abcd" }, "TrainingJobName: Member must have length less than or equal to 3"],
    [{ OutputDataConfig: { CompressionType: "NONE" } }, "OutputDataConfig.CompressionType: is not supported here"],
    [
      { AlgorithmSpecification: { TrainingInputMode: "FastFile" } },
      "AlgorithmSpecification.TrainingInputMode: Member must satisfy enum value set: [File, Pipe]",
    ],
    [{ EnableNetworkIsolation: false }, "EnableNetworkIsolation: is only supported as true"],
    [
      { StoppingCondition: { MaxRuntimeInSeconds: 11 } },
      "StoppingCondition.MaxRuntimeInSeconds: Member must have value less than or equal to 10",
    ],
    [
      { StoppingCondition: { MaxRuntimeInSeconds: 1.5 } },
      "StoppingCondition.MaxRuntimeInSeconds: Member must be an integer",
    ],
    [
      { StoppingCondition: { MaxRuntimeInSeconds: NaN } },
      "StoppingCondition.MaxRuntimeInSeconds: Member must be a finite number",
    ],
    [{ Tags: [{}, {}] }, "Tags: Member must have length less than or equal to 1"],
    [{ VpcConfig: {} }, "VpcConfig: is not supported here"],
  ];
  for (const [input, wanted] of cases) assert.equal(said(input), wanted);
});

test("a number's rule is not a list's", () => {
  const rules: object = { PolicyInputList: number(), ActionNames: list(text()) };
  assert.throws(
    () => operation(SimulateCustomPolicyCommand, { members: rules, permissions, handle: () => ({}) }),
    /PolicyInputList is a list, its rule is for a number/,
  );
});
