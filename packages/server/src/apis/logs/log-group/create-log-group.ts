import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { map } from "@strongroom/wire";
import { logTagsMax, type Logs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { groupName, groupResource } from "../log-members.ts";
import { alreadyExists } from "../logs-error.ts";
import { demandOwnKeys, tagContext, tagKey, tagValue } from "../tag/tag-members.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const createLogGroup = (logs: Pick<Logs, "createGroup">) =>
  operation(CreateLogGroupCommand, {
    members: { logGroupName: groupName, tags: map(tagValue, { max: logTagsMax, key: tagKey }) },
    permissions: (input, call) => {
      const create = { action: "logs:CreateLogGroup", resource: groupResource(call, input.logGroupName) };
      if (Object.keys(input.tags ?? {}).length === 0) return [create];
      const context = tagContext(input.tags ?? {});
      return [
        { ...create, context },
        { ...create, context, action: "logs:TagResource" },
      ];
    },
    actions: ["logs:CreateLogGroup", "logs:TagResource"],
    handle: (input) => {
      demandOwnKeys(Object.keys(input.tags ?? {}));
      if (logs.createGroup(input.logGroupName, input.tags) === "already-exists") throw alreadyExists("log group");
      return {};
    },
  });
