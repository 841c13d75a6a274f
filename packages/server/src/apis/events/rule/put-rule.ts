import { PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { readPattern, valuesNamedFor } from "@strongroom/patterns";
import { list, oneOf, text } from "@strongroom/wire";
import type { Permission } from "../../../access/index.ts";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted, validationError } from "../events-error.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";
import { requestTags, tagMembers, tagsOf } from "../tag/tag-members.ts";

const patternCharactersMax = 4096;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export const putRule = (rules: Pick<Rules, "put">) =>
  operation(PutRuleCommand, {
    members: {
      Name: ruleName,
      EventPattern: text({ max: patternCharactersMax }),
      State: oneOf("ENABLED", "DISABLED"),
      Description: text({ max: 512 }),
      Tags: list(tagMembers),
      EventBusName: busName,
    },
    permissions: (input, call) => {
      const tags = requestTags(input.Tags);
      const put = onRule("PutRule", call, input.Name, { ...patternKeys(input.EventPattern), ...tags });
      // Who tags what he makes needs the right to tag, as with AWS.
      return input.Tags === undefined ? [put] : [put, onRule("TagResource", call, input.Name, tags)];
    },
    actions: ["events:PutRule", "events:TagResource"],
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      if (input.EventPattern === undefined) {
        throw validationError("Parameter(s) EventPattern must be specified; ScheduleExpression is not supported.");
      }
      const { rule } = accepted(
        rules.put({
          name: input.Name,
          description: input.Description,
          pattern: input.EventPattern,
          isEnabled: input.State !== "DISABLED",
          tags: input.Tags && tagsOf(input.Tags),
        }),
      );
      return { RuleArn: rule.arn };
    },
  });

const keys = {
  "events:source": ["source"],
  "events:detail-type": ["detail-type"],
  "events:detail.service": ["detail", "service"],
  "events:detail.eventTypeCode": ["detail", "eventTypeCode"],
  "events:detail.userIdentity.principalId": ["detail", "userIdentity", "principalId"],
} as const;

/** ② what the rule will see, for policies that bound it; a pattern that leaves a field open has no value there. */
function patternKeys(eventPattern: string | undefined): Permission["context"] {
  const pattern = readPattern(eventPattern ?? "");
  if (pattern.kind === "fault") return {};
  const named = Object.entries(keys).map(([key, path]) => [key, valuesNamedFor(pattern, path)] as const);
  return Object.fromEntries(named.filter((pair): pair is [string, string[]] => pair[1] !== undefined));
}
