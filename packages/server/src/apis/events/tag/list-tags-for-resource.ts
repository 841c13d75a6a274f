import { ListTagsForResourceCommand } from "@aws-sdk/client-eventbridge";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRule } from "../events-error.ts";
import { onRule } from "../rule-permission.ts";
import { resourceArn, taggedRule } from "./tag-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource = (rules: Pick<Rules, "find">) =>
  operation(ListTagsForResourceCommand, {
    members: { ResourceARN: resourceArn },
    permissions: (input, call) => [onRule("ListTagsForResource", call, taggedRule(call, input.ResourceARN))],
    mutates: false,
    handle: (input, call) => {
      const name = taggedRule(call, input.ResourceARN);
      const rule = rules.find(name);
      if (rule === undefined) throw noSuchRule(name);
      return { Tags: Object.entries(rule.tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  });
