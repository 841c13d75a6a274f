import { ListTagsForResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { noSuch } from "../logs-error.ts";
import { groupNamed, resourceArn, taggedResource } from "./tag-members.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = (logs: Pick<Logs, "tags" | "group">) =>
  operation(ListTagsForResourceCommand, {
    members: { resourceArn },
    permissions: (input, call) => [
      { action: "logs:ListTagsForResource", resource: taggedResource(call, input.resourceArn) },
    ],
    mutates: false,
    handle: (input, call) => {
      const group = groupNamed(call, input.resourceArn);
      if (logs.group(group) === undefined) throw noSuch("log group");
      return { tags: { ...logs.tags(group) } };
    },
  });
