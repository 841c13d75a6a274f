import { RevokeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { flag, list, text } from "@strongroom/wire";
import type { SecurityGroups } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { accepted, required, stopIfDryRun } from "../outcome.ts";
import { ipPermissions, rulesOf } from "./ip-permissions.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html */
export const revokeSecurityGroupIngress = (groups: Pick<SecurityGroups, "revoke">) =>
  operation(RevokeSecurityGroupIngressCommand, {
    members: {
      GroupId: text({ max: 32 }),
      IpPermissions: ipPermissions,
      SecurityGroupRuleIds: list(text({ max: 32 }), { max: 60 }),
      DryRun: flag(),
    },
    permissions: ({ GroupId }, call) => [
      {
        action: "ec2:RevokeSecurityGroupIngress",
        resource: ec2Arn(call, "security-group", required(GroupId, "groupId")),
      },
    ],
    handle: async (input) => {
      const ruleIds = input.SecurityGroupRuleIds;
      const rules = ruleIds === undefined ? rulesOf(input.IpPermissions) : { ruleIds };
      stopIfDryRun(input);
      accepted(await groups.revoke({ groupId: required(input.GroupId, "groupId"), direction: "ingress", rules }));
      return { Return: true };
    },
  });
