import { ListTargetsForPolicyCommand } from "@aws-sdk/client-organizations";
import type { Organization, OrganizationTarget } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accountName } from "../answer.ts";
import { maxResults, nextToken, policyId } from "../members.ts";
import { settled } from "../organizations-error.ts";
import { pageOf } from "../paging.ts";
import { onPolicies } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html */
export const listTargetsForPolicy = (organization: Organization) =>
  operation(ListTargetsForPolicyCommand, {
    members: { PolicyId: policyId, NextToken: nextToken, MaxResults: maxResults },
    permissions: ({ PolicyId }) => onPolicies(organization, "ListTargetsForPolicy", PolicyId),
    mutates: false,
    handle: (input) => {
      const { id } = settled(organization.policies.get(input.PolicyId));
      const { items, ...more } = pageOf(organization.policies.targetsOf(id), input);
      return { Targets: items.map(targetAnswer), ...more };
    },
  });

function targetAnswer({ kind, id, arn }: OrganizationTarget) {
  if (kind === "root") return { TargetId: id, Arn: arn, Name: "Root", Type: "ROOT" as const };
  return { TargetId: id, Arn: arn, Name: accountName, Type: "ACCOUNT" as const };
}
