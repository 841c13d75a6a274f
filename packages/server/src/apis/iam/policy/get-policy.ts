import { GetPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyAnswer } from "../answer.ts";
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
      const Description = policy.description;
      const answer = policyAnswer(policy, access.policies.usage(PolicyArn));
      return { Policy: { ...answer, ...(Description === undefined ? {} : { Description }) } };
    },
  });
