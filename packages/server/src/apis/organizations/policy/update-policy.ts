import { UpdatePolicyCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyAnswer } from "../answer.ts";
import { lockOutCheck } from "../lock-out-check.ts";
import { description, document, policyId, policyName } from "../members.ts";
import { settled } from "../organizations-error.ts";
import { onPolicies } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html */
export const updatePolicy = (organization: Organization) =>
  operation(UpdatePolicyCommand, {
    members: { PolicyId: policyId, Name: policyName, Description: description, Content: document },
    permissions: ({ PolicyId }) => onPolicies(organization, "UpdatePolicy", PolicyId),
    handle: ({ PolicyId, Name, Description, Content }, call) => {
      const change = {
        ...(Name === undefined ? {} : { name: Name }),
        ...(Description === undefined ? {} : { description: Description }),
        ...(Content === undefined ? {} : { document: Content }),
      };
      return { Policy: policyAnswer(settled(organization.policies.update(PolicyId, change, lockOutCheck(call)))) };
    },
  });
