import { ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRule } from "../events-error.ts";
import { pageLimitDefault, pageMembers, readToken, tokenFor } from "../page-token.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";
import { targetAnswer } from "./target-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html */
export const listTargetsByRule = (rules: Pick<Rules, "find">) =>
  operation(ListTargetsByRuleCommand, {
    members: { Rule: ruleName, EventBusName: busName, ...pageMembers },
    permissions: (input, call) => [onRule("ListTargetsByRule", call, input.Rule)],
    mutates: false,
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      const rule = rules.find(input.Rule);
      if (rule === undefined) throw noSuchRule(input.Rule);
      const after = readToken("targets", input.NextToken);
      const targets = rule.targets.filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
      const page = targets.slice(0, input.Limit ?? pageLimitDefault);
      const next = page.length < targets.length ? page.at(-1)?.id : undefined;
      return { Targets: page.map(targetAnswer), ...tokenFor("targets", next) };
    },
  });
