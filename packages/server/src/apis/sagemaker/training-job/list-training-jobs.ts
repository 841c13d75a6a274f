import { ListTrainingJobsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, text, timestamp } from "@strongroom/wire";
import type { Jobs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { jobFilter } from "../job-filter.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll, time } from "../resource-arn.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrainingJobs.html */
export const listTrainingJobs = (jobs: Pick<Jobs, "list">) =>
  operation(ListTrainingJobsCommand, {
    members: {
      NextToken: nextToken,
      MaxResults: maxResults,
      CreationTimeAfter: timestamp(),
      CreationTimeBefore: timestamp(),
      LastModifiedTimeAfter: timestamp(),
      LastModifiedTimeBefore: timestamp(),
      NameContains: text({ max: 63, pattern: /[a-zA-Z0-9-]+/ }),
      StatusEquals: oneOf("InProgress", "Completed", "Failed", "Stopping", "Stopped"),
      SortBy: oneOf("Name", "CreationTime", "Status"),
      SortOrder: oneOf("Ascending", "Descending"),
    },
    permissions: () => onAll("ListTrainingJobs"),
    mutates: false,
    handle: (input, call) => {
      const filter = jobFilter("training", input);
      const { items, ...more } = pageOfVisible(readPage(input), { call, action: "ListTrainingJobs" }, (skip, limit) =>
        jobs.list({ ...filter, skip, limit }),
      );
      return {
        ...more,
        TrainingJobSummaries: items.map((job) => ({
          TrainingJobName: job.name,
          TrainingJobArn: job.arn,
          CreationTime: time(job.createdAt),
          LastModifiedTime: time(job.modifiedAt),
          ...(job.endedAt === undefined ? {} : { TrainingEndTime: time(job.endedAt) }),
          TrainingJobStatus: job.status,
          SecondaryStatus: job.secondaryStatus,
        })),
      };
    },
  });
