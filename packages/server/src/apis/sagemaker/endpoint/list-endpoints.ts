import { ListEndpointsCommand } from "@aws-sdk/client-sagemaker";
import { oneOf, text, timestamp } from "@strongroom/wire";
import type { Endpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { namedFilter } from "../named-filter.ts";
import { maxResults, nextToken, pageOfVisible, readPage } from "../page.ts";
import { onAll, time } from "../resource-arn.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListEndpoints.html */
export const listEndpoints = (endpoints: Pick<Endpoints, "endpoints">) =>
  operation(ListEndpointsCommand, {
    members: {
      SortBy: oneOf("Name", "CreationTime"),
      SortOrder: oneOf("Ascending", "Descending"),
      NextToken: nextToken,
      MaxResults: maxResults,
      NameContains: text({ max: 63, pattern: /[a-zA-Z0-9-]+/ }),
      CreationTimeBefore: timestamp(),
      CreationTimeAfter: timestamp(),
      StatusEquals: oneOf("Creating", "InService", "Deleting", "Failed"),
    },
    permissions: () => onAll("ListEndpoints"),
    mutates: false,
    handle: (input, call) => {
      const filter = { ...namedFilter(input), status: input.StatusEquals };
      const page = readPage(input);
      const { items, ...more } = pageOfVisible(page, { call, action: "ListEndpoints" }, (skip, limit) =>
        endpoints.endpoints({ ...filter, skip, limit }),
      );
      return {
        ...more,
        Endpoints: items.map((endpoint) => ({
          EndpointName: endpoint.name,
          EndpointArn: endpoint.arn,
          CreationTime: time(endpoint.createdAt),
          LastModifiedTime: time(endpoint.modifiedAt),
          EndpointStatus: endpoint.status,
        })),
      };
    },
  });
