import type { Artifact, ComponentMetric, ParameterValue, TrialComponent } from "./experiment.ts";
import type { TrackedJob, TrackedMetric, TrackedProcessingJob, TrackedTrainingJob } from "./tracked-job.ts";

/** The component's name of a job, which the field's notebooks rely on. */
export function componentNameOf(job: Pick<TrackedJob, "kind" | "name">): string {
  return `${job.name}-aws-${job.kind}-job`;
}

/** ⑤ ⑧ What a job was asked, used and made, as a trial component. */
export function componentOf(job: TrackedJob): TrialComponent {
  const name = componentNameOf(job);
  const about = job.kind === "training" ? ofTraining(job) : ofProcessing(job);
  return {
    kind: "trial-component",
    name,
    arn: `arn:aws:sagemaker:${job.region}:${job.accountId}:experiment-trial-component/${name}`,
    displayName: job.request.ExperimentConfig?.TrialComponentDisplayName ?? name,
    source: { arn: job.arn, type: job.kind === "training" ? "SageMakerTrainingJob" : "SageMakerProcessingJob" },
    status: {
      PrimaryStatus: job.status,
      ...(job.failureReason === undefined ? {} : { Message: job.failureReason }),
    },
    ...(job.startedAt === undefined ? {} : { startTime: job.startedAt }),
    ...(job.endedAt === undefined ? {} : { endTime: job.endedAt }),
    ...about,
    metrics: job.evidence.metrics.map(metricOf),
    createdBy: job.submitter.principal.arn,
    createdAt: job.createdAt,
    modifiedAt: job.modifiedAt,
  };
}

type About = Pick<TrialComponent, "parameters" | "inputArtifacts" | "outputArtifacts">;

function ofTraining({ request, evidence }: TrackedTrainingJob): About {
  const { ResourceConfig: resources } = request;
  const inputs = (request.InputDataConfig ?? []).map(({ ChannelName, ContentType, DataSource }): [string, Artifact] => {
    const media = ContentType === undefined ? {} : { MediaType: ContentType };
    return [ChannelName, { ...media, Value: DataSource.S3DataSource?.S3Uri ?? "" }];
  });
  const outputs = evidence.outputs.flatMap(({ name, objects: [first] }): [string, Artifact][] => {
    if (first === undefined) return [];
    const label = name === "model" ? "SageMaker.ModelArtifact" : "SageMaker.OutputArtifact";
    return [[label, { Value: `s3://${first.bucket}/${first.key}` }]];
  });
  return {
    parameters: {
      ...Object.fromEntries(Object.entries(request.HyperParameters ?? {}).map(([key, text]) => [key, valueOf(text)])),
      "SageMaker.ImageUri": { StringValue: request.AlgorithmSpecification.TrainingImage },
      ...resourceParameters(resources),
    },
    inputArtifacts: Object.fromEntries(inputs),
    outputArtifacts: Object.fromEntries(outputs),
  };
}

function ofProcessing({ request }: TrackedProcessingJob): About {
  const inputs = (request.ProcessingInputs ?? []).map(({ InputName, S3Input }) => [InputName, S3Input.S3Uri]);
  const outputs = request.ProcessingOutputConfig?.Outputs ?? [];
  return {
    parameters: {
      ...Object.fromEntries(
        Object.entries(request.Environment ?? {}).map(([key, text]) => [key, { StringValue: text }]),
      ),
      ...resourceParameters(request.ProcessingResources.ClusterConfig),
    },
    inputArtifacts: {
      ...Object.fromEntries(inputs.map(([name = "", uri = ""]) => [name, { Value: uri }])),
      "SageMaker.ImageUri": { Value: request.AppSpecification.ImageUri },
    },
    outputArtifacts: Object.fromEntries(
      outputs.map(({ OutputName, S3Output }) => [OutputName, { Value: S3Output.S3Uri }]),
    ),
  };
}

function resourceParameters(resources: {
  readonly InstanceType: string;
  readonly InstanceCount: number;
  readonly VolumeSizeInGB: number;
}): Record<string, ParameterValue> {
  return {
    "SageMaker.InstanceCount": { NumberValue: resources.InstanceCount },
    "SageMaker.InstanceType": { StringValue: resources.InstanceType },
    "SageMaker.VolumeSizeInGB": { NumberValue: resources.VolumeSizeInGB },
  };
}

/** A hyperparameter is text on the wire; one that is a number is tracked as one. */
function valueOf(text: string): ParameterValue {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
  return isNumber ? { NumberValue: Number(text) } : { StringValue: text };
}

function metricOf(metric: TrackedMetric): ComponentMetric {
  const avg = metric.sum / metric.count;
  const variance = Math.max(0, metric.sumOfSquares / metric.count - avg * avg);
  const { name, timestamp, count, min, max } = metric;
  return { name, timestamp, count, min, max, avg, stdDev: Math.sqrt(variance), last: metric.value };
}
