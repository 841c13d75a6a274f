import { ListTrialsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, timestamp } from "@strongroom/wire";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll, time } from "../resource-arn.ts";
import { trackedFilter } from "../tracked-filter.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrials.html */
export const listTrials = (experiments: Pick<Experiments, "trials">) =>
  operation(ListTrialsCommand, {
    members: {
      ExperimentName: name120,
      TrialComponentName: name120,
      CreatedAfter: timestamp(),
      CreatedBefore: timestamp(),
      SortBy: oneOf("Name", "CreationTime"),
      SortOrder: oneOf("Ascending", "Descending"),
      MaxResults: maxResults,
      NextToken: nextToken,
    },
    permissions: () => onAll("ListTrials"),
    mutates: false,
    handle: (input, call) => {
      const filter = {
        ...trackedFilter(input),
        experimentName: input.ExperimentName,
        componentName: input.TrialComponentName,
      };
      const page = readPage(input);
      const { items, ...more } = pageOfVisible(page, { call, action: "ListTrials" }, (skip, limit) =>
        experiments.trials({ ...filter, skip, limit }),
      );
      return {
        ...more,
        TrialSummaries: items.map((trial) => ({
          TrialArn: trial.arn,
          TrialName: trial.name,
          DisplayName: trial.displayName,
          CreationTime: time(trial.createdAt),
          LastModifiedTime: time(trial.modifiedAt),
        })),
      };
    },
  });
