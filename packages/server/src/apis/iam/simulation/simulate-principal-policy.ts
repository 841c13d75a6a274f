import { SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn } from "../members.ts";
import { evaluations } from "./evaluation.ts";
import { principalOf } from "./policy-source.ts";
import {
  callerOf,
  contextOf,
  inputPolicies,
  ownerAccount,
  refuseWildcards,
  resourcePolicy,
} from "./simulation-input.ts";
import { documents, simulationMembers } from "./simulation-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
export const simulatePrincipalPolicy = (access: Pick<Access, "simulator">) =>
  operation(SimulatePrincipalPolicyCommand, {
    members: { ...simulationMembers, PolicySourceArn: arn, PolicyInputList: documents },
    permissions: ({ PolicySourceArn }) => [{ action: "iam:SimulatePrincipalPolicy", resource: PolicySourceArn }],
    mutates: false,
    handle: (input) => {
      const { simulator } = access;
      const principal = principalOf(access, input.PolicySourceArn);
      refuseWildcards(input.ActionNames);
      const caller = callerOf(simulator, input.CallerArn ?? input.PolicySourceArn);
      const added = inputPolicies(simulator, "PolicyInputList", input.PolicyInputList ?? []);
      const boundaries = input.PermissionsBoundaryPolicyInputList ?? [];
      const [boundary] = inputPolicies(simulator, "PermissionsBoundaryPolicyInputList", boundaries);
      const simulation = {
        caller,
        identity: [...principal.identity, ...added],
        boundary: boundary ?? principal.boundary,
        resource: resourcePolicy(simulator, input.ResourcePolicy),
        resourceAccountId: ownerAccount(input.ResourceOwner, caller.accountId),
        organization: principal.organization,
        context: { ...principal.context, ...contextOf(input.ContextEntries) },
      };
      return evaluations(access, simulation, input);
    },
  });
