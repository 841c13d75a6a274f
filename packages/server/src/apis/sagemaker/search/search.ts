import { SearchCommand } from "@aws-sdk/client-sagemaker";
import { list, oneOf, text } from "@strongroom/wire";
import type { ResourceTag, ResourceTags } from "../../../compute/index.ts";
import type { Experiments, Parent } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { isVisible, maxResults, nextToken, pageOf, readPage } from "../page.ts";
import { onAll } from "../resource-arn.ts";
import { componentAnswer, contentAnswer, sourceAnswer } from "../trial-component/component-answer.ts";
import { byProperty, filterOf } from "./component-filter.ts";
import type { Found } from "./component-filter.ts";

const tagText = /([\p{L}\p{Z}\p{N}_.:/=+\-@]*)/u;
const visibilityKey = text({ min: 1, max: 128, pattern: /Tags\.([\p{L}\p{Z}\p{N}_.:/=+\-@]+)/u });
const all = { sortBy: "CreationTime", ascending: false, skip: 0, limit: Number.MAX_SAFE_INTEGER } as const;

/**
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Search.html, for trial components: what
 * ExperimentAnalytics of the SageMaker Python SDK asks.
 */
export const search = (experiments: Pick<Experiments, "components" | "parents">, tags: Pick<ResourceTags, "of">) =>
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
      VisibilityConditions: list({ Key: visibilityKey, Value: text({ max: 256, pattern: tagText }) }, { max: 5 }),
    },
    permissions: (input) => {
      const context = visibilityContext(input.VisibilityConditions);
      return onAll("Search").map((search) => ({ ...search, context }));
    },
    mutates: false,
    handle: (input, call) => {
      const context = visibilityContext(input.VisibilityConditions);
      const filters = (input.SearchExpression?.Filters ?? []).map(filterOf);
      const isAny = input.SearchExpression?.Operator === "Or" && filters.length > 0;
      const found = experiments
        .components(all)
        .filter((component) => isVisible(call, "Search", component, context))
        .map((component): Found => ({ component, parents: experiments.parents(component.name) }))
        .filter(({ component }) => meetsConditions(tags.of(component.arn), input.VisibilityConditions ?? []))
        .filter((one) => (isAny ? filters.some((passes) => passes(one)) : filters.every((passes) => passes(one))))
        .sort(byProperty(input.SortBy ?? "LastModifiedTime", input.SortOrder === "Ascending"));
      const { items, ...more } = pageOf(readPage(input, 100), (skip, limit) => found.slice(skip, skip + limit));
      return { ...more, Results: items.map((one) => ({ TrialComponent: trialComponent(one) })) };
    },
  });

interface VisibilityCondition {
  readonly Key?: string;
  readonly Value?: string;
}

/** The condition keys of what a search restricts itself to; several values of one tag are one key. */
function visibilityContext(conditions: readonly VisibilityCondition[] = []): Record<string, string[]> {
  const byKey = Map.groupBy(conditions, ({ Key = "" }) => Key);
  const told = [...byKey].map(([key, same]): [string, string[]] => {
    return [`sagemaker:SearchVisibilityCondition/${key}/EqualsIfExists`, same.map(({ Value = "" }) => Value)];
  });
  return Object.fromEntries(told);
}

/** ② What carries one of the tags is found only with the value that is asked for; what carries none is found. */
function meetsConditions(tags: readonly ResourceTag[], conditions: readonly VisibilityCondition[]): boolean {
  return conditions.every(({ Key, Value = "" }) => {
    const tag = tags.find((one) => `Tags.${one.Key}` === Key);
    return tag === undefined || tag.Value === Value;
  });
}

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
