import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { pageLimitDefault, pageMembers, readToken, tokenFor } from "../page-token.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { ruleAnswer } from "./rule-answer.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
export const listRules = (rules: Pick<Rules, "list">) =>
  operation(ListRulesCommand, {
    members: { NamePrefix: ruleName, EventBusName: busName, ...pageMembers },
    permissions: () => [{ action: "events:ListRules", resource: "*" }],
    mutates: false,
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      const prefix = input.NamePrefix ?? "";
      const page = rules.list({
        after: readToken("rules", input.NextToken),
        limit: input.Limit ?? pageLimitDefault,
        has: (rule) => rule.name.startsWith(prefix),
      });
      return { Rules: page.rules.map(ruleAnswer), ...tokenFor("rules", page.next) };
    },
  });
