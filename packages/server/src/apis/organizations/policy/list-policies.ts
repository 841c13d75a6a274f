import { ListPoliciesCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policySummary } from "../answer.ts";
import { maxResults, nextToken, policyType } from "../members.ts";
import { pageOf } from "../paging.ts";
import { policyTypeContext } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html */
export const listPolicies = (organization: Organization) =>
  operation(ListPoliciesCommand, {
    members: { Filter: policyType, NextToken: nextToken, MaxResults: maxResults },
    permissions: () => [{ action: "organizations:ListPolicies", resource: "*", context: policyTypeContext }],
    mutates: false,
    handle: (input) => {
      const { items, ...more } = pageOf(organization.policies.list(), input);
      return { Policies: items.map(policySummary), ...more };
    },
  });
