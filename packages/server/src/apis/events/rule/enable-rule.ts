import { EnableRuleCommand } from "@aws-sdk/client-eventbridge";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted } from "../events-error.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html */
export const enableRule = (rules: Pick<Rules, "setEnabled">) =>
  operation(EnableRuleCommand, {
    members: { Name: ruleName, EventBusName: busName },
    permissions: (input, call) => [onRule("EnableRule", call, input.Name)],
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      accepted(rules.setEnabled(input.Name, true));
      return {};
    },
  });
