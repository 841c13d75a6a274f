import { ListExperimentsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, timestamp } from "@strongroom/wire";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll, time } from "../resource-arn.ts";
import { trackedFilter } from "../tracked-filter.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListExperiments.html */
export const listExperiments = (experiments: Pick<Experiments, "experiments">) =>
  operation(ListExperimentsCommand, {
    members: {
      CreatedAfter: timestamp(),
      CreatedBefore: timestamp(),
      SortBy: oneOf("Name", "CreationTime"),
      SortOrder: oneOf("Ascending", "Descending"),
      NextToken: nextToken,
      MaxResults: maxResults,
    },
    permissions: () => onAll("ListExperiments"),
    mutates: false,
    handle: (input, call) => {
      const filter = trackedFilter(input);
      const page = readPage(input);
      const { items, ...more } = pageOfVisible(page, { call, action: "ListExperiments" }, (skip, limit) =>
        experiments.experiments({ ...filter, skip, limit }),
      );
      return {
        ...more,
        ExperimentSummaries: items.map((experiment) => ({
          ExperimentArn: experiment.arn,
          ExperimentName: experiment.name,
          DisplayName: experiment.displayName,
          CreationTime: time(experiment.createdAt),
          LastModifiedTime: time(experiment.modifiedAt),
        })),
      };
    },
  });
