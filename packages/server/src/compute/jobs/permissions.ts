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

export function tagPermissions(arn: string, tags: readonly Tag[] | undefined): Permission[] {
  if (tags === undefined || tags.length === 0) return [];
  return [{ action: "sagemaker:AddTags", resource: arn, context: tagContext(tags) }];
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
): Permission[] {
  const arn = `arn:aws:sagemaker:${realm.region}:${realm.accountId}:${job.kind}-job/${jobNameOf(job)}`;
  const action = job.kind === "training" ? "sagemaker:CreateTrainingJob" : "sagemaker:CreateProcessingJob";
  const context = { ...conditionsOf(job), ...tagContext(job.request.Tags) };
  return [
    { action, resource: arn, context },
    passRolePermission(job.request.RoleArn, sagemakerService),
    ...tagPermissions(arn, job.request.Tags),
  ];
}

function conditionsOf(job: JobRequest): Context {
  if (job.kind === "training") {
    const { request } = job;
    return {
      ...vpcContext(request.VpcConfig),
      ...present({
        "sagemaker:InstanceTypes": [request.ResourceConfig.InstanceType],
        "sagemaker:VolumeKmsKey": request.ResourceConfig.VolumeKmsKeyId,
        "sagemaker:OutputKmsKey": request.OutputDataConfig.KmsKeyId,
        "sagemaker:MaxRuntimeInSeconds": request.StoppingCondition.MaxRuntimeInSeconds,
        "sagemaker:NetworkIsolation": request.EnableNetworkIsolation,
        "sagemaker:InterContainerTrafficEncryption": request.EnableInterContainerTrafficEncryption,
      }),
    };
  }
  const { NetworkConfig: network, ProcessingResources: resources, ...request } = job.request;
  return {
    ...vpcContext(network?.VpcConfig),
    ...present({
      "sagemaker:InstanceTypes": [resources.ClusterConfig.InstanceType],
      "sagemaker:VolumeKmsKey": resources.ClusterConfig.VolumeKmsKeyId,
      "sagemaker:OutputKmsKey": request.ProcessingOutputConfig?.KmsKeyId,
      "sagemaker:MaxRuntimeInSeconds": request.StoppingCondition?.MaxRuntimeInSeconds,
      "sagemaker:NetworkIsolation": network?.EnableNetworkIsolation,
      "sagemaker:InterContainerTrafficEncryption": network?.EnableInterContainerTrafficEncryption,
    }),
  };
}
