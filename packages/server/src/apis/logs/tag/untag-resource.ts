import { UntagResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import { list } from "@strongroom/wire";
import { logTagsMax, type Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { noSuch } from "../logs-error.ts";
import { groupNamed, resourceArn, taggedResource, tagKey } from "./tag-members.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html */
export const untagResource = (logs: Pick<Logs, "untag">) =>
  operation(UntagResourceCommand, {
    members: { resourceArn, tagKeys: list(tagKey, { max: logTagsMax }) },
    permissions: (input, call) => [
      {
        action: "logs:UntagResource",
        resource: taggedResource(call, input.resourceArn),
        context: { "aws:TagKeys": input.tagKeys },
      },
    ],
    handle: (input, call) => {
      if (logs.untag(groupNamed(call, input.resourceArn), input.tagKeys) === "no-such-group") throw noSuch("log group");
      return {};
    },
  });
