import { SimulateCustomPolicyCommand } from "@aws-sdk/client-iam";
import { list } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { evaluations } from "./evaluation.ts";
import {
  callerOf,
  contextOf,
  inputPolicies,
  invalidInput,
  ownerAccount,
  refuseFaulty,
  refuseWildcards,
  resourcePolicy,
} from "./simulation-input.ts";
import { documents, simulationMembers } from "./simulation-members.ts";

const organizationLevel = { ServiceControlPolicyInputList: documents };

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html */
export const simulateCustomPolicy = (access: Pick<Access, "simulator">) =>
  operation(SimulateCustomPolicyCommand, {
    members: {
      ...simulationMembers,
      PolicyInputList: documents,
      OrderedOrganizationPolicyInputList: list<typeof organizationLevel>(organizationLevel),
    },
    permissions: () => [{ action: "iam:SimulateCustomPolicy", resource: "*" }],
    mutates: false,
    handle: (input, { accountId }) => {
      const { simulator } = access;
      refuseWildcards(input.ActionNames);
      if (input.ResourcePolicy !== undefined && input.CallerArn === undefined) {
        throw invalidInput("CallerArn is required with a ResourcePolicy.");
      }
      // Without a policy that asks who calls, any caller of the account is as good as another.
      const caller = callerOf(simulator, input.CallerArn ?? `arn:aws:iam::${accountId}:user/simulated`);
      const boundaries = input.PermissionsBoundaryPolicyInputList ?? [];
      const simulation = {
        caller,
        identity: inputPolicies(simulator, "PolicyInputList", input.PolicyInputList),
        boundary: inputPolicies(simulator, "PermissionsBoundaryPolicyInputList", boundaries)[0],
        resource: resourcePolicy(simulator, input.ResourcePolicy),
        resourceAccountId: ownerAccount(input.ResourceOwner, caller.accountId),
        organization: input.OrderedOrganizationPolicyInputList?.map(({ ServiceControlPolicyInputList = [] }) => {
          for (const document of ServiceControlPolicyInputList) {
            refuseFaulty(simulator, "OrderedOrganizationPolicyInputList", document, "identity");
          }
          return simulator.organizationLevel(ServiceControlPolicyInputList);
        }),
        context: contextOf(input.ContextEntries),
      };
      return evaluations(access, simulation, input);
    },
  });
