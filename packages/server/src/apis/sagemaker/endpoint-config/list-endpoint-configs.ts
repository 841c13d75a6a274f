import { ListEndpointConfigsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, text, timestamp } from "@strongroom/wire";
import type { Endpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { namedFilter } from "../named-filter.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll, time } from "../resource-arn.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpointConfigs.html */
export const listEndpointConfigs = (endpoints: Pick<Endpoints, "configs">) =>
  operation(ListEndpointConfigsCommand, {
    members: {
      SortBy: oneOf("Name", "CreationTime"),
      SortOrder: oneOf("Ascending", "Descending"),
      NextToken: nextToken,
      MaxResults: maxResults,
      NameContains: text({ max: 63, pattern: /[a-zA-Z0-9-]+/ }),
      CreationTimeBefore: timestamp(),
      CreationTimeAfter: timestamp(),
    },
    permissions: () => onAll("ListEndpointConfigs"),
    mutates: false,
    handle: (input, call) => {
      const filter = namedFilter(input);
      const page = readPage(input);
      const { items, ...more } = pageOfVisible(page, { call, action: "ListEndpointConfigs" }, (skip, limit) =>
        endpoints.configs({ ...filter, skip, limit }),
      );
      return {
        ...more,
        EndpointConfigs: items.map(({ arn, request, createdAt }) => ({
          EndpointConfigName: request.EndpointConfigName,
          EndpointConfigArn: arn,
          CreationTime: time(createdAt),
        })),
      };
    },
  });
