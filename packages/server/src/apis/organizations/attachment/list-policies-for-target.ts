import { ListPoliciesForTargetCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policySummary } from "../answer.ts";
import { maxResults, nextToken, policyType, targetId } from "../members.ts";
import { organizationsError } from "../organizations-error.ts";
import { pageOf } from "../paging.ts";
import { onPolicies } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html */
export const listPoliciesForTarget = (organization: Organization) =>
  operation(ListPoliciesForTargetCommand, {
    members: { TargetId: targetId, Filter: policyType, NextToken: nextToken, MaxResults: maxResults },
    permissions: ({ TargetId }) => onPolicies(organization, "ListPoliciesForTarget", TargetId),
    mutates: false,
    handle: (input) => {
      if (organization.target(input.TargetId) === undefined) {
        const message = `There is no root, organizational unit or account with the id ${input.TargetId}.`;
        throw organizationsError({ reason: "target-not-found", message });
      }
      const { items, ...more } = pageOf(organization.policies.attachedTo(input.TargetId), input);
      return { Policies: items.map(policySummary), ...more };
    },
  });
