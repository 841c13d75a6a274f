import { RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import { flag, list } from "@strongroom/wire";
import type { Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted } from "../events-error.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";
import { targetId } from "./target-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html */
export const removeTargets = (rules: Pick<Rules, "removeTargets">) =>
  operation(RemoveTargetsCommand, {
    // Force is about rules that AWS services manage; for any other it changes nothing, as its page says.
    members: { Rule: ruleName, EventBusName: busName, Ids: list(targetId, { min: 1, max: 100 }), Force: flag() },
    permissions: (input, call) => [onRule("RemoveTargets", call, input.Rule)],
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      const { missing } = accepted(rules.removeTargets(input.Rule, input.Ids));
      return {
        FailedEntryCount: missing.length,
        FailedEntries: missing.map((TargetId) => ({
          TargetId,
          ErrorCode: "ResourceNotFoundException",
          ErrorMessage: `Target ${TargetId} does not exist on rule ${input.Rule}.`,
        })),
      };
    },
  });
