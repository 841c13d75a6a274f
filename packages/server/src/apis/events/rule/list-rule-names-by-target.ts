import { ListRuleNamesByTargetCommand } from "@aws-sdk/client-eventbridge";
import { text } from "@strongroom/wire";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { pageLimitDefault, pageMembers, readToken, tokenFor } from "../page-token.ts";
import { busName, demandDefaultBus } from "../rule-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html */
export const listRuleNamesByTarget = (rules: Pick<Rules, "list">) =>
  operation(ListRuleNamesByTargetCommand, {
    members: { TargetArn: text({ min: 1, max: 1600 }), EventBusName: busName, ...pageMembers },
    permissions: () => [{ action: "events:ListRuleNamesByTarget", resource: "*" }],
    mutates: false,
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      const page = rules.list({
        after: readToken("by-target", input.NextToken),
        limit: input.Limit ?? pageLimitDefault,
        has: (rule) => rule.targets.some(({ arn }) => arn === input.TargetArn),
      });
      return { RuleNames: page.rules.map(({ name }) => name), ...tokenFor("by-target", page.next) };
    },
  });
