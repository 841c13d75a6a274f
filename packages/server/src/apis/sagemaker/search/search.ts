import { SearchCommand } from "@aws-sdk/client-sagemaker";
import { list, oneOf, text } from "@strongroom/wire";
import type { Experiments, Parent } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { isVisible, maxResults, nextToken, pageOf, readPage } from "../page.ts";
import { onAll } from "../resource-arn.ts";
import { componentAnswer, contentAnswer, sourceAnswer } from "../trial-component/component-answer.ts";
import { byProperty, filterOf } from "./component-filter.ts";
import type { Found } from "./component-filter.ts";

const all = { sortBy: "CreationTime", ascending: false, skip: 0, limit: Number.MAX_SAFE_INTEGER } as const;

/**
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Search.html, for trial components: what
 * ExperimentAnalytics of the SageMaker Python SDK asks.
 */
export const search = (experiments: Pick<Experiments, "components" | "parents">) =>
  operation(SearchCommand, {
    members: {
      Resource: oneOf("ExperimentTrialComponent"),
      SearchExpression: {
        Filters: list(
          {
            Name: text({ min: 1, max: 255, pattern: /.+/ }),
            Operator: oneOf(
              "Equals",
              "NotEquals",
              "GreaterThan",
              "GreaterThanOrEqualTo",
              "LessThan",
              "LessThanOrEqualTo",
              "Contains",
              "Exists",
              "NotExists",
              "In",
            ),
            Value: text({ min: 1, max: 1024, pattern: /.+/ }),
          },
          { min: 1, max: 20 },
        ),
        Operator: oneOf("And", "Or"),
      },
      SortBy: text({ min: 1, max: 255, pattern: /.+/ }),
      SortOrder: oneOf("Ascending", "Descending"),
      NextToken: nextToken,
      MaxResults: maxResults,
    },
    permissions: () => onAll("Search"),
    mutates: false,
    handle: (input, call) => {
      const filters = (input.SearchExpression?.Filters ?? []).map(filterOf);
      const isAny = input.SearchExpression?.Operator === "Or" && filters.length > 0;
      const found = experiments
        .components(all)
        .filter((component) => isVisible(call, "Search", component))
        .map((component): Found => ({ component, parents: experiments.parents(component.name) }))
        .filter((one) => (isAny ? filters.some((passes) => passes(one)) : filters.every((passes) => passes(one))))
        .sort(byProperty(input.SortBy ?? "LastModifiedTime", input.SortOrder === "Ascending"));
      const { items, ...more } = pageOf(readPage(input, 100), (skip, limit) => found.slice(skip, skip + limit));
      return { ...more, Results: items.map((one) => ({ TrialComponent: trialComponent(one) })) };
    },
  });

function trialComponent({ component, parents }: Found) {
  return {
    ...componentAnswer(component),
    ...sourceAnswer(component),
    ...contentAnswer(component),
    Parents: parents.map(parentAnswer),
  };
}

function parentAnswer({ trialName, experimentName }: Parent) {
  return { TrialName: trialName, ExperimentName: experimentName };
}
