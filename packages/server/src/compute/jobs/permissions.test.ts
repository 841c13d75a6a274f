import assert from "node:assert/strict";
import { test } from "node:test";

import { jobPermissions } from "./permissions.ts";
import type { TrainingJobRequest } from "./request.ts";

const keyArnOf = (name: string) => `arn:aws:kms:us-east-1:111122223333:key/of-${name}`;
/** Keys stand in conditions by their ARN, under both names that SageMaker has for each. */
const named = {
  "sagemaker:VolumeKmsKey": keyArnOf("alias/v"),
  "sagemaker:VolumeKmsKeyArn": keyArnOf("alias/v"),
  "sagemaker:OutputKmsKey": keyArnOf("alias/o"),
  "sagemaker:OutputKmsKeyArn": keyArnOf("alias/o"),
};
const realm = { region: "us-east-1", accountId: "111122223333" };
const bare: TrainingJobRequest = {
  TrainingJobName: "job",
  RoleArn: "arn:aws:iam::111122223333:role/execution",
  AlgorithmSpecification: { TrainingImage: "x/sagemaker-xgboost:1.7-1", TrainingInputMode: "File" },
  OutputDataConfig: { S3OutputPath: "s3://b/out" },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
  StoppingCondition: {},
};

test("a key that the request has nothing for is absent, so that Null finds it", () => {
  const [create, passRole, ...rest] = jobPermissions({ kind: "training", request: bare }, realm, keyArnOf);
  assert.deepEqual(create, {
    action: "sagemaker:CreateTrainingJob",
    resource: "arn:aws:sagemaker:us-east-1:111122223333:training-job/job",
    context: { "sagemaker:InstanceTypes": ["ml.m5.large"] },
  });
  assert.deepEqual(passRole, {
    action: "iam:PassRole",
    resource: bare.RoleArn,
    context: {
      "iam:PassedToService": "sagemaker.amazonaws.com",
      "iam:AssociatedResourceArn": "arn:aws:sagemaker:us-east-1:111122223333:training-job/job",
    },
  });
  assert.deepEqual(rest, []);
});

test("a request's network, keys, limits, switches and tags are condition keys", () => {
  const request: TrainingJobRequest = {
    ...bare,
    OutputDataConfig: { ...bare.OutputDataConfig, KmsKeyId: "alias/o" },
    ResourceConfig: { ...bare.ResourceConfig, VolumeKmsKeyId: "alias/v" },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    VpcConfig: { Subnets: ["subnet-a"], SecurityGroupIds: ["sg-a"] },
    EnableNetworkIsolation: false,
    EnableInterContainerTrafficEncryption: true,
    Tags: [{ Key: "team", Value: "risk" }],
  };
  const [create, , tagging] = jobPermissions({ kind: "training", request }, realm, keyArnOf);
  assert.deepEqual(create?.context, {
    "sagemaker:VpcSubnets": ["subnet-a"],
    "sagemaker:VpcSecurityGroupIds": ["sg-a"],
    "sagemaker:InstanceTypes": ["ml.m5.large"],
    ...named,
    "sagemaker:MaxRuntimeInSeconds": "60",
    "sagemaker:NetworkIsolation": "false",
    "sagemaker:InterContainerTrafficEncryption": "true",
    "aws:RequestTag/team": "risk",
    "aws:TagKeys": ["team"],
  });
  assert.deepEqual(tagging, {
    action: "sagemaker:AddTags",
    resource: create.resource,
    context: {
      "aws:RequestTag/team": "risk",
      "aws:TagKeys": ["team"],
      "sagemaker:TaggingAction": "CreateTrainingJob",
    },
  });
});

test("a processing job's keys come from where it has them", () => {
  const [create] = jobPermissions(
    {
      kind: "processing",
      request: {
        ProcessingJobName: "job",
        RoleArn: bare.RoleArn,
        AppSpecification: { ImageUri: "x:1" },
        ProcessingOutputConfig: { Outputs: [], KmsKeyId: "alias/o" },
        ProcessingResources: {
          ClusterConfig: { ...bare.ResourceConfig, VolumeKmsKeyId: "alias/v" },
        },
        NetworkConfig: {
          EnableNetworkIsolation: true,
          VpcConfig: { Subnets: ["subnet-a"], SecurityGroupIds: ["sg-a"] },
        },
        StoppingCondition: { MaxRuntimeInSeconds: 5 },
      },
    },
    realm,
    keyArnOf,
  );
  assert.deepEqual(create?.context, {
    "sagemaker:VpcSubnets": ["subnet-a"],
    "sagemaker:VpcSecurityGroupIds": ["sg-a"],
    "sagemaker:InstanceTypes": ["ml.m5.large"],
    ...named,
    "sagemaker:MaxRuntimeInSeconds": "5",
    "sagemaker:NetworkIsolation": "true",
  });
});
