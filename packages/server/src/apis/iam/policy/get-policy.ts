import { GetPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyDetails } from "../answer.ts";
import { arn } from "../members.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html */
export const getPolicy = (access: Pick<Access, "policies">) =>
  operation(GetPolicyCommand, {
    members: { PolicyArn: arn },
    permissions: ({ PolicyArn }) => [{ action: "iam:GetPolicy", resource: PolicyArn }],
    mutates: false,
    handle: ({ PolicyArn }) => {
      const policy = settled(access.policies.get(PolicyArn));
      return { Policy: policyDetails(policy, access.policies.usage(PolicyArn)) };
    },
  });
