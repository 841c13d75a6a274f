import { DescribeRuleCommand } from "@aws-sdk/client-eventbridge";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRule } from "../events-error.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";
import { ruleAnswer } from "./rule-answer.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
export const describeRule = (rules: Pick<Rules, "find">) =>
  operation(DescribeRuleCommand, {
    members: { Name: ruleName, EventBusName: busName },
    permissions: (input, call) => [onRule("DescribeRule", call, input.Name)],
    mutates: false,
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      const rule = rules.find(input.Name);
      if (rule === undefined) throw noSuchRule(input.Name);
      return { ...ruleAnswer(rule), CreatedBy: call.accountId };
    },
  });
