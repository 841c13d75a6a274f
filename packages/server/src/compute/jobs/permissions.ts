import { passRolePermission } from "../../access/index.ts";
import type { Permission } from "../../access/index.ts";
import type { JobRequest, Tag, VpcConfig } from "./request.ts";
import { jobNameOf } from "./request.ts";

/** The condition keys of a request as they stand in a policy; a key that the request has nothing for is absent. */
type Context = Record<string, string | readonly string[]>;

export const sagemakerService = "sagemaker.amazonaws.com";

/** aws:RequestTag and aws:TagKeys; tagging at creation is an action of its own. */
export function tagContext(tags: readonly Tag[] | undefined): Context {
  if (tags === undefined || tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    "aws:TagKeys": tags.map(({ Key }) => Key),
  };
}

/** `operation`: what the tags come with, such as CreateModel; sagemaker:TaggingAction says it. */
export function tagPermissions(arn: string, tags: readonly Tag[] | undefined, operation: string): Permission[] {
  if (tags === undefined || tags.length === 0) return [];
  const context = { ...tagContext(tags), "sagemaker:TaggingAction": operation };
  return [{ action: "sagemaker:AddTags", resource: arn, context }];
}

/** The key ARN that any of a key's names stands for now. */
export type KeyArnOf = (name: string) => string;

/**
 * ② Keys stand in conditions by their ARN, however the request spells them: a policy that names a key holds
 * for its id and its aliases too. SageMaker has each key under two names, of which the longer is the newer.
 */
export function keyContext(
  use: "VolumeKmsKey" | "OutputKmsKey",
  name: string | undefined,
  keyArnOf: KeyArnOf,
): Context {
  if (name === undefined || name === "") return {};
  const arn = keyArnOf(name);
  return { [`sagemaker:${use}`]: arn, [`sagemaker:${use}Arn`]: arn };
}

export function vpcContext(vpc: VpcConfig | undefined): Context {
  if (vpc === undefined) return {};
  return { "sagemaker:VpcSubnets": vpc.Subnets, "sagemaker:VpcSecurityGroupIds": vpc.SecurityGroupIds };
}

/** Members of a request as condition keys, without those that are absent. */
export function present(
  values: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): Context {
  const context: Context = {};
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || value === "") continue;
    context[key] = typeof value === "object" ? value : String(value);
  }
  return context;
}

/**
 * ② What somebody must be allowed to submit a job: the create action with SageMaker's condition keys, to
 * pass the role, and to set the tags. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function jobPermissions(
  job: JobRequest,
  realm: { readonly region: string; readonly accountId: string },
  keyArnOf: KeyArnOf,
): Permission[] {
  const arn = `arn:aws:sagemaker:${realm.region}:${realm.accountId}:${job.kind}-job/${jobNameOf(job)}`;
  const operation = job.kind === "training" ? "CreateTrainingJob" : "CreateProcessingJob";
  const context = { ...conditionsOf(job, keyArnOf), ...tagContext(job.request.Tags) };
  return [
    { action: `sagemaker:${operation}`, resource: arn, context },
    passRolePermission(job.request.RoleArn, sagemakerService, arn),
    ...tagPermissions(arn, job.request.Tags, operation),
  ];
}

function conditionsOf(job: JobRequest, keyArnOf: KeyArnOf): Context {
  if (job.kind === "training") {
    const { request } = job;
    return {
      ...vpcContext(request.VpcConfig),
      ...keyContext("VolumeKmsKey", request.ResourceConfig.VolumeKmsKeyId, keyArnOf),
      ...keyContext("OutputKmsKey", request.OutputDataConfig.KmsKeyId, keyArnOf),
      ...present({
        "sagemaker:InstanceTypes": [request.ResourceConfig.InstanceType],
        "sagemaker:MaxRuntimeInSeconds": request.StoppingCondition.MaxRuntimeInSeconds,
        "sagemaker:NetworkIsolation": request.EnableNetworkIsolation,
        "sagemaker:InterContainerTrafficEncryption": request.EnableInterContainerTrafficEncryption,
      }),
    };
  }
  const { NetworkConfig: network, ProcessingResources: resources, ...request } = job.request;
  return {
    ...vpcContext(network?.VpcConfig),
    ...keyContext("VolumeKmsKey", resources.ClusterConfig.VolumeKmsKeyId, keyArnOf),
    ...keyContext("OutputKmsKey", request.ProcessingOutputConfig?.KmsKeyId, keyArnOf),
    ...present({
      "sagemaker:InstanceTypes": [resources.ClusterConfig.InstanceType],
      "sagemaker:MaxRuntimeInSeconds": request.StoppingCondition?.MaxRuntimeInSeconds,
      "sagemaker:NetworkIsolation": network?.EnableNetworkIsolation,
      "sagemaker:InterContainerTrafficEncryption": network?.EnableInterContainerTrafficEncryption,
    }),
  };
}

/** ARNs of the keys that a job names, as they were when it was submitted. */
export interface JobKeys {
  readonly volume?: string;
  readonly output?: string;
}

export function keysOf(job: JobRequest, keyArnOf: KeyArnOf): JobKeys {
  const [volume, output] =
    job.kind === "training"
      ? [job.request.ResourceConfig.VolumeKmsKeyId, job.request.OutputDataConfig.KmsKeyId]
      : [job.request.ProcessingResources.ClusterConfig.VolumeKmsKeyId, job.request.ProcessingOutputConfig?.KmsKeyId];
  return {
    ...(volume === undefined || volume === "" ? {} : { volume: keyArnOf(volume) }),
    ...(output === undefined || output === "" ? {} : { output: keyArnOf(output) }),
  };
}
