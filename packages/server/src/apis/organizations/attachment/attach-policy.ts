import { AttachPolicyCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { lockOutCheck } from "../lock-out-check.ts";
import { policyId, targetId } from "../members.ts";
import { raise } from "../organizations-error.ts";
import { onPolicies } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html */
export const attachPolicy = (organization: Organization) =>
  operation(AttachPolicyCommand, {
    members: { PolicyId: policyId, TargetId: targetId },
    permissions: ({ PolicyId, TargetId }) => onPolicies(organization, "AttachPolicy", PolicyId, TargetId),
    handle: ({ PolicyId, TargetId }, call) => {
      raise(organization.policies.attach(PolicyId, TargetId, lockOutCheck(call)));
      return {};
    },
  });
