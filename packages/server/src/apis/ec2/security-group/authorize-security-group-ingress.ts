import { AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { flag, text } from "@strongroom/wire";
import type { SecurityGroups } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { accepted, required, stopIfDryRun } from "../outcome.ts";
import { ipPermissions, ruleDocument, rulesOf } from "./ip-permissions.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
export const authorizeSecurityGroupIngress = (groups: Pick<SecurityGroups, "authorize">) =>
  operation(AuthorizeSecurityGroupIngressCommand, {
    members: {
      GroupId: text({ max: 32 }),
      IpPermissions: ipPermissions,
      DryRun: flag(),
    },
    permissions: ({ GroupId }, call) => [
      {
        action: "ec2:AuthorizeSecurityGroupIngress",
        resource: ec2Arn(call, "security-group", required(GroupId, "groupId")),
      },
    ],
    handle: async (input, { accountId }) => {
      const rules = rulesOf(input.IpPermissions);
      stopIfDryRun(input);
      const made = await groups.authorize({ groupId: required(input.GroupId, "groupId"), direction: "ingress", rules });
      const { rules: added } = accepted(made, { "too-many": "RulesPerSecurityGroupLimitExceeded" });
      return { Return: true, SecurityGroupRules: added.map((rule) => ruleDocument(rule, accountId)) };
    },
  });
