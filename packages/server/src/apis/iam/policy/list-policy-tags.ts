import { ListPolicyTagsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, marker, maxItems } from "../members.ts";
import { tagPage } from "../paging.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html */
export const listPolicyTags = (access: Pick<Access, "policies">) =>
  operation(ListPolicyTagsCommand, {
    members: { PolicyArn: arn, Marker: marker, MaxItems: maxItems },
    permissions: ({ PolicyArn }) => [{ action: "iam:ListPolicyTags", resource: PolicyArn }],
    mutates: false,
    handle: (input) => tagPage(settled(access.policies.get(input.PolicyArn)).tags, input),
  });
