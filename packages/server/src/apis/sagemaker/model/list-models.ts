import { ListModelsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, text, timestamp } from "@strongroom/wire";
import type { Endpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { namedFilter } from "../named-filter.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll, time } from "../resource-arn.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListModels.html */
export const listModels = (endpoints: Pick<Endpoints, "models">) =>
  operation(ListModelsCommand, {
    members: {
      SortBy: oneOf("Name", "CreationTime"),
      SortOrder: oneOf("Ascending", "Descending"),
      NextToken: nextToken,
      MaxResults: maxResults,
      NameContains: text({ max: 63, pattern: /[a-zA-Z0-9-]+/ }),
      CreationTimeBefore: timestamp(),
      CreationTimeAfter: timestamp(),
    },
    permissions: () => onAll("ListModels"),
    mutates: false,
    handle: (input, call) => {
      const filter = namedFilter(input);
      const { items, ...more } = pageOfVisible(readPage(input), { call, action: "ListModels" }, (skip, limit) =>
        endpoints.models({ ...filter, skip, limit }),
      );
      return {
        ...more,
        Models: items.map(({ arn, request, createdAt }) => ({
          ModelName: request.ModelName,
          ModelArn: arn,
          CreationTime: time(createdAt),
        })),
      };
    },
  });
