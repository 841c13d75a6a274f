import { TagPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, tags } from "../members.ts";
import { tagContext, tagRecord } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html */
export const tagPolicy = (access: Pick<Access, "policies">) =>
  operation(TagPolicyCommand, {
    members: { PolicyArn: arn, Tags: tags },
    permissions: ({ PolicyArn, Tags }) => [{ action: "iam:TagPolicy", resource: PolicyArn, context: tagContext(Tags) }],
    handle: ({ PolicyArn, Tags }) => {
      raise(access.policies.tag(PolicyArn, tagRecord(Tags)));
      return {};
    },
  });
