import { ListProcessingJobsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, text, timestamp } from "@strongroom/wire";
import type { Jobs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { jobFilter } from "../job-filter.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll, time } from "../resource-arn.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListProcessingJobs.html */
export const listProcessingJobs = (jobs: Pick<Jobs, "list">) =>
  operation(ListProcessingJobsCommand, {
    members: {
      NextToken: nextToken,
      MaxResults: maxResults,
      CreationTimeAfter: timestamp(),
      CreationTimeBefore: timestamp(),
      LastModifiedTimeAfter: timestamp(),
      LastModifiedTimeBefore: timestamp(),
      NameContains: text({ max: 1024 }),
      StatusEquals: oneOf("InProgress", "Completed", "Failed", "Stopping", "Stopped"),
      SortBy: oneOf("Name", "CreationTime", "Status"),
      SortOrder: oneOf("Ascending", "Descending"),
    },
    permissions: () => onAll("ListProcessingJobs"),
    mutates: false,
    handle: (input, call) => {
      const filter = jobFilter("processing", input);
      const { items, ...more } = pageOfVisible(readPage(input), { call, action: "ListProcessingJobs" }, (skip, limit) =>
        jobs.list({ ...filter, skip, limit }),
      );
      return {
        ...more,
        ProcessingJobSummaries: items.map((job) => ({
          ProcessingJobName: job.name,
          ProcessingJobArn: job.arn,
          CreationTime: time(job.createdAt),
          LastModifiedTime: time(job.modifiedAt),
          ...(job.endedAt === undefined ? {} : { ProcessingEndTime: time(job.endedAt) }),
          ProcessingJobStatus: job.status,
          ...(job.failureReason === undefined ? {} : { FailureReason: job.failureReason }),
          ...(job.exitMessage === undefined ? {} : { ExitMessage: job.exitMessage }),
        })),
      };
    },
  });
