import { TagResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import { map } from "@strongroom/wire";
import { logTagsMax, type Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { noSuch } from "../logs-error.ts";
import {
  demandOwnKeys,
  groupNamed,
  resourceArn,
  tagContext,
  taggedResource,
  tagKey,
  tagValue,
  tooManyTags,
} from "./tag-members.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
export const tagResource = (logs: Pick<Logs, "tag">) =>
  operation(TagResourceCommand, {
    members: { resourceArn, tags: map(tagValue, { min: 1, max: logTagsMax, key: tagKey }) },
    permissions: (input, call) => [
      {
        action: "logs:TagResource",
        resource: taggedResource(call, input.resourceArn),
        context: tagContext(input.tags),
      },
    ],
    handle: (input, call) => {
      demandOwnKeys(Object.keys(input.tags));
      const tagged = logs.tag(groupNamed(call, input.resourceArn), input.tags);
      if (tagged === "no-such-group") throw noSuch("log group");
      if (tagged === "too-many-tags") throw tooManyTags(input.resourceArn);
      return {};
    },
  });
