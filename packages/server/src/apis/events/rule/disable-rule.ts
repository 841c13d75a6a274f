import { DisableRuleCommand } from "@aws-sdk/client-eventbridge";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted } from "../events-error.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html */
export const disableRule = (rules: Pick<Rules, "setEnabled">) =>
  operation(DisableRuleCommand, {
    members: { Name: ruleName, EventBusName: busName },
    permissions: (input, call) => [onRule("DisableRule", call, input.Name)],
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      accepted(rules.setEnabled(input.Name, false));
      return {};
    },
  });
