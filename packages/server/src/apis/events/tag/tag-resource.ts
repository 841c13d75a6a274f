import { TagResourceCommand } from "@aws-sdk/client-eventbridge";
import { list } from "@strongroom/wire";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted } from "../events-error.ts";
import { onRule } from "../rule-permission.ts";
import { requestTags, resourceArn, taggedRule, tagMembers, tagsOf } from "./tag-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html */
export const tagResource = (rules: Pick<Rules, "tag">) =>
  operation(TagResourceCommand, {
    members: { ResourceARN: resourceArn, Tags: list(tagMembers) },
    permissions: (input, call) => [
      onRule("TagResource", call, taggedRule(call, input.ResourceARN), requestTags(input.Tags)),
    ],
    handle: (input, call) => {
      accepted(rules.tag(taggedRule(call, input.ResourceARN), tagsOf(input.Tags)));
      return {};
    },
  });
