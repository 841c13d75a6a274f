import { DescribePolicyCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyAnswer } from "../answer.ts";
import { policyId } from "../members.ts";
import { settled } from "../organizations-error.ts";
import { onPolicies } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html */
export const describePolicy = (organization: Organization) =>
  operation(DescribePolicyCommand, {
    members: { PolicyId: policyId },
    permissions: ({ PolicyId }) => onPolicies(organization, "DescribePolicy", PolicyId),
    mutates: false,
    handle: ({ PolicyId }) => ({ Policy: policyAnswer(settled(organization.policies.get(PolicyId))) }),
  });
