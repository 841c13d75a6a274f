import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  type CreateProcessingJobRequest,
  type CreateTrainingJobRequest,
} from "@aws-sdk/client-sagemaker";
import type { Clients } from "@strongroom/testkit";
import { scriptRequest, trainingRequest, type Room } from "../sagemaker/room.ts";

/** A value that a request has for a condition key, a request that has it, and one that has another or none. */
export interface KeyCase {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly action: string;
  readonly has: () => Promise<unknown>;
  readonly other: () => Promise<unknown>;
  /** Whether `other` has no value at all, so that Null finds it. */
  readonly otherIsAbsent: boolean;
}

/** There is no such image: whatever policies let through is refused for it, and nothing runs. */
const image = "x/there-is-no-such-image:1";

export const resources = { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1 } as const;

/** Somebody's create calls, each as bare as SageMaker takes it but for what is given. */
export function askingFor(user: Clients, room: Room) {
  const training = (over: Partial<CreateTrainingJobRequest> = {}) => {
    const { OutputDataConfig: output, ResourceConfig: resources, ...request } = trainingRequest(room, "asked");
    delete request.VpcConfig;
    const bare = {
      ...request,
      AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" as const },
      OutputDataConfig: { S3OutputPath: output?.S3OutputPath ?? "" },
      ResourceConfig: {
        InstanceCount: 1,
        InstanceType: resources?.InstanceType ?? "ml.m5.large",
        VolumeSizeInGB: 1,
      },
    };
    return user.sagemaker.send(new CreateTrainingJobCommand({ ...bare, ...over }));
  };
  const processing = (over: Partial<CreateProcessingJobRequest> = {}) => {
    const request = { ...scriptRequest(room, "asked", "true"), AppSpecification: { ImageUri: image } };
    const bare = { ...request, ProcessingResources: { ClusterConfig: resources }, NetworkConfig: undefined };
    return user.sagemaker.send(new CreateProcessingJobCommand({ ...bare, ...over }));
  };
  const model = (over: object = {}) =>
    user.sagemaker.send(
      new CreateModelCommand({
        ModelName: "asked",
        ExecutionRoleArn: room.roleArn,
        PrimaryContainer: { Image: image },
        ...over,
      }),
    );
  const config = (over: object = {}, variant: object = {}) =>
    user.sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: "asked",
        ProductionVariants: [
          {
            VariantName: "All",
            ModelName: "no-such-model",
            InitialInstanceCount: 1,
            InstanceType: "ml.m5.large",
            ...variant,
          },
        ],
        ...over,
      }),
    );
  return { training, processing, model, config };
}

/** Every condition key of the create operations. */
export function keyCases(user: Clients, room: Room): readonly KeyCase[] {
  const { training, processing, model, config } = askingFor(user, room);
  const [subnet = ""] = room.network.Subnets;
  const [group = ""] = room.network.SecurityGroupIds;
  const { closed, network: VpcConfig } = room;
  const key = room.keyArn;
  const Tags = [{ Key: "team", Value: "risk" }];
  const output = { S3OutputPath: "s3://b/out" };
  const job = "sagemaker:CreateTrainingJob";
  const process = "sagemaker:CreateProcessingJob";
  const inVpc = { NetworkConfig: { VpcConfig } };
  const absent = { otherIsAbsent: true, other: () => training() };
  const noneOf = { otherIsAbsent: true, other: () => processing() };
  const volume = { ProcessingResources: { ClusterConfig: { ...resources, VolumeKmsKeyId: key } } };
  const outputs = { ProcessingOutputConfig: { Outputs: [], KmsKeyId: key } };
  const any = "ForAnyValue:StringEquals";
  const volumeKeyed = () => training({ ResourceConfig: { ...resources, VolumeKmsKeyId: key } });
  const outputKeyed = () => training({ OutputDataConfig: { ...output, KmsKeyId: key } });
  return [
    { key: "VpcSubnets", operator: any, value: subnet, action: job, has: () => training({ VpcConfig }), ...absent },
    {
      key: "VpcSecurityGroupIds",
      operator: any,
      value: group,
      action: job,
      has: () => training({ VpcConfig }),
      other: () => training({ VpcConfig: closed }),
      otherIsAbsent: false,
    },
    { key: "VolumeKmsKey", operator: "ArnEquals", value: key, action: job, has: volumeKeyed, ...absent },
    { key: "VolumeKmsKeyArn", operator: "ArnEquals", value: key, action: job, has: volumeKeyed, ...absent },
    { key: "OutputKmsKey", operator: "ArnEquals", value: key, action: job, has: outputKeyed, ...absent },
    { key: "OutputKmsKeyArn", operator: "ArnLike", value: key, action: job, has: outputKeyed, ...absent },
    {
      key: "InstanceTypes",
      operator: "ForAnyValue:StringLike",
      value: "ml.m5.*",
      action: job,
      has: () => training(),
      other: () => training({ ResourceConfig: { ...resources, InstanceType: "ml.t3.medium" } }),
      otherIsAbsent: false,
    },
    {
      key: "NetworkIsolation",
      operator: "Bool",
      value: "true",
      action: job,
      has: () => training({ EnableNetworkIsolation: true }),
      ...absent,
    },
    {
      key: "InterContainerTrafficEncryption",
      operator: "Bool",
      value: "false",
      action: job,
      has: () => training({ EnableInterContainerTrafficEncryption: false }),
      ...absent,
    },
    {
      key: "MaxRuntimeInSeconds",
      operator: "NumericLessThanEquals",
      value: "60",
      action: job,
      has: () => training({ StoppingCondition: { MaxRuntimeInSeconds: 60 } }),
      other: () => training({ StoppingCondition: { MaxRuntimeInSeconds: 61 } }),
      otherIsAbsent: false,
    },
    { key: "VpcSubnets", operator: any, value: subnet, action: process, has: () => processing(inVpc), ...noneOf },
    {
      key: "VpcSecurityGroupIds",
      operator: any,
      value: group,
      action: process,
      has: () => processing(inVpc),
      ...noneOf,
    },
    {
      key: "VolumeKmsKey",
      operator: "ArnEquals",
      value: key,
      action: process,
      has: () => processing(volume),
      ...noneOf,
    },
    {
      key: "OutputKmsKey",
      operator: "ArnEquals",
      value: key,
      action: process,
      has: () => processing(outputs),
      ...noneOf,
    },
    {
      key: "InstanceTypes",
      operator: "ForAnyValue:StringEquals",
      value: "ml.t3.medium",
      action: process,
      has: () => processing({ ProcessingResources: { ClusterConfig: { ...resources, InstanceType: "ml.t3.medium" } } }),
      other: () => processing(),
      otherIsAbsent: false,
    },
    {
      key: "NetworkIsolation",
      operator: "Bool",
      value: "true",
      action: process,
      has: () => processing({ NetworkConfig: { EnableNetworkIsolation: true } }),
      ...noneOf,
    },
    {
      key: "InterContainerTrafficEncryption",
      operator: "Bool",
      value: "true",
      action: process,
      has: () => processing({ NetworkConfig: { EnableInterContainerTrafficEncryption: true } }),
      ...noneOf,
    },
    {
      key: "MaxRuntimeInSeconds",
      operator: "NumericEquals",
      value: "60",
      action: process,
      has: () => processing({ StoppingCondition: { MaxRuntimeInSeconds: 60 } }),
      ...noneOf,
    },
    {
      key: "VpcSubnets",
      operator: any,
      value: subnet,
      action: "sagemaker:CreateModel",
      has: () => model({ VpcConfig }),
      other: () => model(),
      otherIsAbsent: true,
    },
    {
      key: "VpcSecurityGroupIds",
      operator: any,
      value: group,
      action: "sagemaker:CreateModel",
      has: () => model({ VpcConfig }),
      other: () => model({ VpcConfig: closed }),
      otherIsAbsent: false,
    },
    {
      key: "NetworkIsolation",
      operator: "Bool",
      value: "true",
      action: "sagemaker:CreateModel",
      has: () => model({ EnableNetworkIsolation: true }),
      other: () => model(),
      otherIsAbsent: true,
    },
    {
      key: "VolumeKmsKey",
      operator: "ArnEquals",
      value: key,
      action: "sagemaker:CreateEndpointConfig",
      has: () => config({ KmsKeyId: key }),
      other: () => config(),
      otherIsAbsent: true,
    },
    {
      key: "InstanceTypes",
      operator: "ForAnyValue:StringLike",
      value: "ml.m5.*",
      action: "sagemaker:CreateEndpointConfig",
      has: () => config(),
      other: () => config({}, { InstanceType: "ml.t2.medium" }),
      otherIsAbsent: false,
    },
    {
      key: "ModelArn",
      operator: "ForAnyValue:ArnLike",
      value: "arn:aws:sagemaker:*:*:model/no-such-*",
      action: "sagemaker:CreateEndpointConfig",
      has: () => config(),
      other: () => config({}, { ModelName: "another" }),
      otherIsAbsent: false,
    },
    ...[
      { action: job, has: () => training({ Tags }), other: () => training() },
      { action: process, has: () => processing({ Tags }), other: () => processing() },
      { action: "sagemaker:CreateModel", has: () => model({ Tags }), other: () => model() },
      { action: "sagemaker:CreateEndpointConfig", has: () => config({ Tags }), other: () => config() },
    ].flatMap((tagged) => [
      { ...tagged, key: "aws:RequestTag/team", operator: "StringEquals", value: "risk", otherIsAbsent: true },
      { ...tagged, key: "aws:TagKeys", operator: any, value: "team", otherIsAbsent: true },
    ]),
  ];
}
