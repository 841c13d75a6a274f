import { ListTrialComponentsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, text, timestamp } from "@strongroom/wire";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll } from "../resource-arn.ts";
import { trackedFilter } from "../tracked-filter.ts";
import { componentAnswer } from "./component-answer.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTrialComponents.html */
export const listTrialComponents = (experiments: Pick<Experiments, "components">) =>
  operation(ListTrialComponentsCommand, {
    members: {
      ExperimentName: name120,
      TrialName: name120,
      SourceArn: text({ max: 256 }),
      CreatedAfter: timestamp(),
      CreatedBefore: timestamp(),
      SortBy: oneOf("Name", "CreationTime"),
      SortOrder: oneOf("Ascending", "Descending"),
      MaxResults: maxResults,
      NextToken: nextToken,
    },
    permissions: () => onAll("ListTrialComponents"),
    mutates: false,
    handle: (input, call) => {
      const filter = {
        ...trackedFilter(input),
        experimentName: input.ExperimentName,
        trialName: input.TrialName,
        sourceArn: input.SourceArn,
      };
      const page = readPage(input);
      const { items, ...more } = pageOfVisible(page, { call, action: "ListTrialComponents" }, (skip, limit) =>
        experiments.components({ ...filter, skip, limit }),
      );
      return {
        ...more,
        TrialComponentSummaries: items.map((component) => ({
          ...componentAnswer(component),
          ...(component.source === undefined
            ? {}
            : { TrialComponentSource: { SourceArn: component.source.arn, SourceType: component.source.type } }),
        })),
      };
    },
  });
