import type { Images } from "../images/index.ts";
import { hostsMaxOf, limitsOf } from "../enclosure/index.ts";
import { isExpression } from "./metrics.ts";
import { folderOf, processingRoot } from "./plan-processing.ts";
import type { JobRequest, ProcessingJobRequest, TrainingJobRequest } from "./request.ts";
import { readS3Uri, staysBelow } from "./s3-uri.ts";

/**
 * What is wrong with a request beyond its members' own limits, as a sentence that names the member;
 * undefined if nothing is. `encryptionFault`: why this machine cannot encrypt what hosts say to each other.
 */
export function faultOf(job: JobRequest, images: Images, encryptionFault: string | undefined): string | undefined {
  const found = job.kind === "training" ? trainingFaults(job.request, images) : processingFaults(job.request, images);
  return [...found, ...hostsFaults(clusterOf(job), images, encryptionFault)].find((fault) => fault !== undefined);
}

interface AskedCluster {
  readonly imageUri: string;
  readonly instanceType: string;
  readonly hostCount: number;
  readonly isTrafficEncrypted: boolean;
}

function clusterOf(job: JobRequest): AskedCluster {
  if (job.kind === "training") {
    const { AlgorithmSpecification: algorithm, ResourceConfig: resources, ...request } = job.request;
    return {
      imageUri: algorithm.TrainingImage,
      instanceType: resources.InstanceType,
      hostCount: resources.InstanceCount,
      isTrafficEncrypted: request.EnableInterContainerTrafficEncryption === true,
    };
  }
  const { AppSpecification: app, ProcessingResources: resources, NetworkConfig: network } = job.request;
  return {
    imageUri: app.ImageUri,
    instanceType: resources.ClusterConfig.InstanceType,
    hostCount: resources.ClusterConfig.InstanceCount,
    isTrafficEncrypted: network?.EnableInterContainerTrafficEncryption === true,
  };
}

/** What a job asks for beyond the hosts of its type that there can be; undefined if nothing. */
export function hostsBeyond(
  job: JobRequest,
): { readonly asked: number; readonly limit: number; readonly instanceType: string } | undefined {
  const { instanceType, hostCount: asked } = clusterOf(job);
  const limit = hostsMaxOf(instanceType);
  return asked > limit ? { asked, limit, instanceType } : undefined;
}

function hostsFaults(
  { imageUri, hostCount, isTrafficEncrypted }: AskedCluster,
  images: Images,
  encryptionFault: string | undefined,
): Fault[] {
  const isAskedFor = isTrafficEncrypted && hostCount > 1;
  return [
    images.hostsFaultOf(imageUri, hostCount),
    isAskedFor && encryptionFault !== undefined
      ? `EnableInterContainerTrafficEncryption with several hosts cannot be held by this machine: ${encryptionFault}`
      : undefined,
  ];
}

type Fault = string | undefined;

function trainingFaults(request: TrainingJobRequest, images: Images): Fault[] {
  const channels = request.InputDataConfig ?? [];
  return [
    images.faultOf(request.AlgorithmSpecification.TrainingImage),
    instanceFault("ResourceConfig.InstanceType", request.ResourceConfig.InstanceType),
    repeated(
      "InputDataConfig.ChannelName",
      channels.map((channel) => channel.ChannelName),
    ),
    ...channels.map(({ ChannelName, DataSource: { S3DataSource } }) => {
      if (S3DataSource === undefined) return `The channel ${ChannelName} has no DataSource.S3DataSource`;
      return uriFault(`InputDataConfig.${ChannelName}.S3Uri`, S3DataSource.S3Uri);
    }),
    uriFault("OutputDataConfig.S3OutputPath", request.OutputDataConfig.S3OutputPath),
    ...(request.AlgorithmSpecification.MetricDefinitions ?? []).map(({ Name, Regex }) => {
      return isExpression(Regex) ? undefined : `The Regex of the metric definition ${Name} is not a regular expression`;
    }),
  ];
}

function processingFaults(request: ProcessingJobRequest, images: Images): Fault[] {
  const inputs = request.ProcessingInputs ?? [];
  const outputs = request.ProcessingOutputConfig?.Outputs ?? [];
  return [
    images.faultOf(request.AppSpecification.ImageUri),
    instanceFault(
      "ProcessingResources.ClusterConfig.InstanceType",
      request.ProcessingResources.ClusterConfig.InstanceType,
    ),
    repeated(
      "ProcessingInputs.InputName",
      inputs.map((input) => input.InputName),
    ),
    repeated(
      "ProcessingOutputConfig.Outputs.OutputName",
      outputs.map((output) => output.OutputName),
    ),
    repeated("LocalPath", [
      ...inputs.map((input) => input.S3Input.LocalPath),
      ...outputs.map((output) => output.S3Output.LocalPath),
    ]),
    ...inputs.flatMap(({ InputName, S3Input }) => locationFaults(`ProcessingInputs.${InputName}`, S3Input)),
    ...outputs.flatMap(({ OutputName, S3Output }) => locationFaults(`Outputs.${OutputName}`, S3Output)),
  ];
}

function locationFaults(name: string, location: { readonly S3Uri: string; readonly LocalPath: string }): Fault[] {
  const { LocalPath: path } = location;
  const isBelow = path.startsWith(processingRoot) && staysBelow(folderOf(path));
  return [
    uriFault(`${name}.S3Uri`, location.S3Uri),
    isBelow ? undefined : `${name}.LocalPath must lie below ${processingRoot}: ${path}`,
  ];
}

function uriFault(name: string, uri: string): Fault {
  return readS3Uri(uri) === undefined ? `${name} is not an S3 URI (s3://bucket/prefix): ${uri}` : undefined;
}

function instanceFault(name: string, type: string): Fault {
  return limitsOf(type) === undefined ? `${name} ${type} is not an instance type of this environment` : undefined;
}

function repeated(name: string, values: readonly string[]): Fault {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  return twice === undefined ? undefined : `${name} ${twice} is used twice`;
}
