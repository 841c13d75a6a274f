import { DeletePolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
export const deletePolicy = (access: Pick<Access, "policies">) =>
  operation(DeletePolicyCommand, {
    members: { PolicyArn: arn },
    permissions: ({ PolicyArn }) => [{ action: "iam:DeletePolicy", resource: PolicyArn }],
    handle: ({ PolicyArn }) => {
      raise(access.policies.remove(PolicyArn));
      return {};
    },
  });
