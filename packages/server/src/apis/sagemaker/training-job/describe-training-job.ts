import { DescribeTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import type { DescribeTrainingJobResponse } from "@aws-sdk/client-sagemaker";
import type { Answer } from "@strongroom/wire";
import type { Jobs, TrainingJob } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { on, time } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";
import { untagged } from "../untagged.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html */
export const describeTrainingJob = (jobs: Pick<Jobs, "get">) =>
  operation(DescribeTrainingJobCommand, {
    members: { TrainingJobName: name63 },
    permissions: (input, call) => on("DescribeTrainingJob", call, "training-job", input.TrainingJobName),
    mutates: false,
    handle: (input) => {
      const job = jobs.get("training", input.TrainingJobName);
      if (job === undefined) throw validationError("Requested resource not found.");
      return described(job);
    },
  });

type Described = Answer<DescribeTrainingJobResponse>;

function described(job: TrainingJob): Described {
  const request = untagged(job.request);
  return {
    ...(request as Pick<Described, keyof Described & keyof typeof request>),
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    StoppingCondition: request.StoppingCondition,
    ModelArtifacts: { S3ModelArtifacts: modelUri(job) },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondaryStatus,
    ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
    CreationTime: time(job.createdAt),
    LastModifiedTime: time(job.modifiedAt),
    ...timesOf(job),
    SecondaryStatusTransitions: job.transitions.map(({ status, startTime, endTime, message }) => ({
      Status: status,
      StartTime: time(startTime),
      ...(endTime === undefined ? {} : { EndTime: time(endTime) }),
      StatusMessage: message,
    })),
    FinalMetricDataList: job.evidence.metrics.map(({ name, value, timestamp }) => ({
      MetricName: name,
      Value: value,
      Timestamp: time(timestamp),
    })),
    EnableNetworkIsolation: request.EnableNetworkIsolation ?? false,
    EnableInterContainerTrafficEncryption: request.EnableInterContainerTrafficEncryption ?? false,
    EnableManagedSpotTraining: false,
  };
}

/** Where the model is, or will be. */
function modelUri(job: TrainingJob): string {
  const path = job.request.OutputDataConfig.S3OutputPath.replace(/\/+$/, "");
  return `${path}/${job.name}/output/model.tar.gz`;
}

function timesOf({ startedAt, endedAt }: TrainingJob): Partial<Described> {
  if (startedAt === undefined) return {};
  if (endedAt === undefined) return { TrainingStartTime: time(startedAt) };
  const seconds = Math.max(1, Math.round((endedAt - startedAt) / 1000));
  return {
    TrainingStartTime: time(startedAt),
    TrainingEndTime: time(endedAt),
    TrainingTimeInSeconds: seconds,
    BillableTimeInSeconds: seconds,
  };
}
