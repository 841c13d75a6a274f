import { DeleteRuleCommand } from "@aws-sdk/client-eventbridge";
import { flag } from "@strongroom/wire";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted } from "../events-error.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html */
export const deleteRule = (rules: Pick<Rules, "remove">) =>
  operation(DeleteRuleCommand, {
    // Force is about rules that AWS services manage; for any other it changes nothing, as its page says.
    members: { Name: ruleName, EventBusName: busName, Force: flag() },
    permissions: (input, call) => [onRule("DeleteRule", call, input.Name)],
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      accepted(rules.remove(input.Name));
      return {};
    },
  });
