import { DeletePolicyCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyId } from "../members.ts";
import { raise } from "../organizations-error.ts";
import { onPolicies } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html */
export const deletePolicy = (organization: Organization) =>
  operation(DeletePolicyCommand, {
    members: { PolicyId: policyId },
    permissions: ({ PolicyId }) => onPolicies(organization, "DeletePolicy", PolicyId),
    handle: ({ PolicyId }) => {
      raise(organization.policies.remove(PolicyId));
      return {};
    },
  });
