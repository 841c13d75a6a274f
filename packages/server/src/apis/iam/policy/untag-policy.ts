import { UntagPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, tagKeys } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html */
export const untagPolicy = (access: Pick<Access, "policies">) =>
  operation(UntagPolicyCommand, {
    members: { PolicyArn: arn, TagKeys: tagKeys },
    permissions: ({ PolicyArn, TagKeys }) => [
      { action: "iam:UntagPolicy", resource: PolicyArn, context: { "aws:TagKeys": TagKeys } },
    ],
    handle: ({ PolicyArn, TagKeys }) => {
      raise(access.policies.untag(PolicyArn, TagKeys));
      return {};
    },
  });
