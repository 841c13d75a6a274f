import { ListPoliciesCommand, type ListPoliciesCommandInput } from "@aws-sdk/client-iam";
import { flag, oneOf } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyAnswer } from "../answer.ts";
import { marker, maxItems, pathPrefix } from "../members.ts";
import { pageEnd, pageRequest } from "../paging.ts";
import { arnOf } from "../permission.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html */
export const listPolicies = (access: Pick<Access, "policies">) =>
  operation(ListPoliciesCommand, {
    members: {
      Scope: oneOf("All", "AWS", "Local"),
      OnlyAttached: flag(),
      PathPrefix: pathPrefix,
      PolicyUsageFilter: oneOf("PermissionsPolicy", "PermissionsBoundary"),
      Marker: marker,
      MaxItems: maxItems,
    },
    permissions: ({ PathPrefix = "/" }, call) => [
      { action: "iam:ListPolicies", resource: arnOf(call, "policy", PathPrefix, "") },
    ],
    mutates: false,
    handle: (input) => {
      const scope = scopes[input.Scope ?? "All"];
      const { items, more } = access.policies.list({ ...pageRequest(input), scope, use: useOf(input) });
      const Policies = items.map(({ policy }) => policyAnswer(policy, access.policies.usage(policy.arn)));
      return { Policies, ...pageEnd({ items: items.map(({ key }) => ({ name: key })), more }) };
    },
  });

const scopes = { All: "all", AWS: "aws", Local: "local" } as const;
const uses = { PermissionsPolicy: "attached", PermissionsBoundary: "boundary" } as const;

/** OnlyAttached takes any use; beside a filter for one use it says nothing more. */
function useOf({ OnlyAttached, PolicyUsageFilter }: ListPoliciesCommandInput) {
  if (PolicyUsageFilter !== undefined) return uses[PolicyUsageFilter];
  return OnlyAttached === true ? "used" : "any";
}
