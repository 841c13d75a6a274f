import { DescribeProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import type { DescribeProcessingJobResponse } from "@aws-sdk/client-sagemaker";
import type { Answer } from "@strongroom/wire";
import type { Jobs, ProcessingJob } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { on, time } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";
import { untagged } from "../untagged.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeProcessingJob.html */
export const describeProcessingJob = (jobs: Pick<Jobs, "get">) =>
  operation(DescribeProcessingJobCommand, {
    members: { ProcessingJobName: name63 },
    permissions: (input, call) => on("DescribeProcessingJob", call, "processing-job", input.ProcessingJobName),
    mutates: false,
    handle: (input) => {
      const job = jobs.get("processing", input.ProcessingJobName);
      if (job === undefined)
        throw validationError(`Could not find requested job with name: ${input.ProcessingJobName}`);
      return described(job);
    },
  });

type Described = Answer<DescribeProcessingJobResponse>;

function described(job: ProcessingJob): Described {
  const request = untagged(job.request);
  return {
    ...(request as Pick<Described, keyof Described & keyof typeof request>),
    ProcessingJobName: job.name,
    ProcessingJobArn: job.arn,
    ProcessingJobStatus: job.status,
    ...(job.exitMessage === undefined ? {} : { ExitMessage: job.exitMessage }),
    ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
    ...(job.startedAt === undefined ? {} : { ProcessingStartTime: time(job.startedAt) }),
    ...(job.endedAt === undefined ? {} : { ProcessingEndTime: time(job.endedAt) }),
    CreationTime: time(job.createdAt),
    LastModifiedTime: time(job.modifiedAt),
  };
}
