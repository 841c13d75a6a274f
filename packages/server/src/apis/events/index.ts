/**
 * Amazon EventBridge: rules on the account's audit events, and what they do.
 *
 * Gaps: the bus `default` alone, and only the events that this server records on it: PutEvents is not
 * there, so nobody can make up an event. No schedules, archives, replays, connections, partner sources
 * or resource policies; of targets no other than calls that contain what happened (below), without
 * DeadLetterConfig. Rules have no RoleArn of their own: each target names its role.
 * By design: every outcome of a call that changes something is an event as soon as it is recorded,
 * failed calls too; calls that only read are none, as with AWS. Targets have the form that EventBridge
 * Scheduler gives to calls (`arn:aws:scheduler:::aws-sdk:sagemaker:stopTrainingJob`); a closed list of
 * them is taken. The call is made as the target's role, under the rule's name, and decided like any
 * other. A value that an InputTransformer takes from an event cannot change the JSON around it; where
 * the event has nothing at a path the call is not made, and the trail says so. Refused calls are tried
 * twice again, failed ones as RetryPolicy says. Tags of a rule that exists are changed by TagResource.
 * Client quirks: none known.
 */
import * as client from "@aws-sdk/client-eventbridge";
import { awsServices, service } from "@strongroom/wire";
import type { Access } from "../../access/index.ts";
import type { Rules } from "../../detection/index.ts";
import type { ServerService } from "../operation.ts";
import { describeEventBus } from "./event-bus/describe-event-bus.ts";
import { testEventPattern } from "./event-pattern/test-event-pattern.ts";
import { deleteRule } from "./rule/delete-rule.ts";
import { describeRule } from "./rule/describe-rule.ts";
import { disableRule } from "./rule/disable-rule.ts";
import { enableRule } from "./rule/enable-rule.ts";
import { listRuleNamesByTarget } from "./rule/list-rule-names-by-target.ts";
import { listRules } from "./rule/list-rules.ts";
import { putRule } from "./rule/put-rule.ts";
import { listTagsForResource } from "./tag/list-tags-for-resource.ts";
import { tagResource } from "./tag/tag-resource.ts";
import { untagResource } from "./tag/untag-resource.ts";
import { listTargetsByRule } from "./target/list-targets-by-rule.ts";
import { putTargets } from "./target/put-targets.ts";
import { removeTargets } from "./target/remove-targets.ts";

export const events = (faces: { readonly rules: Rules; readonly access: Pick<Access, "passRole"> }): ServerService => {
  const { rules, access } = faces;
  return service(awsServices.events, client, [
    putRule(rules),
    describeRule(rules),
    listRules(rules),
    listRuleNamesByTarget(rules),
    enableRule(rules),
    disableRule(rules),
    deleteRule(rules),
    putTargets(rules, access),
    removeTargets(rules),
    listTargetsByRule(rules),
    testEventPattern(),
    tagResource(rules),
    untagResource(rules),
    listTagsForResource(rules),
    describeEventBus(),
  ]);
};
