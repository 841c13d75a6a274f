import { UntagResourceCommand } from "@aws-sdk/client-eventbridge";
import { list } from "@strongroom/wire";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted } from "../events-error.ts";
import { onRule } from "../rule-permission.ts";
import { resourceArn, taggedRule, tagKey } from "./tag-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UntagResource.html */
export const untagResource = (rules: Pick<Rules, "untag">) =>
  operation(UntagResourceCommand, {
    members: { ResourceARN: resourceArn, TagKeys: list(tagKey) },
    permissions: (input, call) => [
      onRule("UntagResource", call, taggedRule(call, input.ResourceARN), { "aws:TagKeys": input.TagKeys }),
    ],
    handle: (input, call) => {
      accepted(rules.untag(taggedRule(call, input.ResourceARN), input.TagKeys));
      return {};
    },
  });
