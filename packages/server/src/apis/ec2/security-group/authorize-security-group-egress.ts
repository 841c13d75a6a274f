import { AuthorizeSecurityGroupEgressCommand } from "@aws-sdk/client-ec2";
import { flag, text } from "@strongroom/wire";
import type { SecurityGroups } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { accepted, required, stopIfDryRun } from "../outcome.ts";
import { ipPermissions, ruleDocument, rulesOf } from "./ip-permissions.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
export const authorizeSecurityGroupEgress = (groups: Pick<SecurityGroups, "authorize">) =>
  operation(AuthorizeSecurityGroupEgressCommand, {
    members: {
      GroupId: text({ max: 32 }),
      IpPermissions: ipPermissions,
      DryRun: flag(),
    },
    permissions: ({ GroupId }, call) => [
      {
        action: "ec2:AuthorizeSecurityGroupEgress",
        resource: ec2Arn(call, "security-group", required(GroupId, "groupId")),
      },
    ],
    handle: async (input, { accountId }) => {
      const rules = rulesOf(input.IpPermissions);
      stopIfDryRun(input);
      const made = await groups.authorize({ groupId: required(input.GroupId, "groupId"), direction: "egress", rules });
      const { rules: added } = accepted(made, { "too-many": "RulesPerSecurityGroupLimitExceeded" });
      return { Return: true, SecurityGroupRules: added.map((rule) => ruleDocument(rule, accountId)) };
    },
  });
