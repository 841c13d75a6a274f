import { PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { list } from "@strongroom/wire";
import { passRolePermission, type Access } from "../../../access/index.ts";
import { eventsService, ruleArn, type Rules } from "../../../detection/index.ts";
import { operation } from "../../operation.ts";
import { accepted, validationError } from "../events-error.ts";
import { busName, demandDefaultBus, ruleName } from "../rule-members.ts";
import { onRule } from "../rule-permission.ts";
import { targetMembers, targetOf } from "./target-members.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
export const putTargets = (rules: Pick<Rules, "putTargets">, access: Pick<Access, "passRole">) =>
  operation(PutTargetsCommand, {
    members: { Rule: ruleName, EventBusName: busName, Targets: list(targetMembers, { min: 1, max: 100 }) },
    permissions: (input, call) => [
      onRule("PutTargets", call, input.Rule, { "events:TargetArn": input.Targets.map(({ Arn }) => Arn) }),
      // ② what a rule does it does as this role: who may not pass the role cannot act through a rule.
      ...input.Targets.flatMap(({ RoleArn }) =>
        RoleArn === undefined ? [] : [passRolePermission(RoleArn, eventsService, ruleArn(call, input.Rule))],
      ),
    ],
    actions: ["events:PutTargets", "iam:PassRole"],
    handle: (input, call) => {
      demandDefaultBus(call, input.EventBusName);
      const targets = input.Targets.map(targetOf);
      for (const { id, roleArn } of targets) {
        const { authority } = call;
        const sourceArn = ruleArn(call, input.Rule);
        const passed = access.passRole({ authority, roleArn, service: eventsService, sourceArn });
        if (passed.kind === "passed") continue;
        throw validationError(
          `Provided role '${roleArn}' of target ${id} cannot be assumed by principal '${eventsService}'.`,
        );
      }
      accepted(rules.putTargets(input.Rule, targets));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  });
