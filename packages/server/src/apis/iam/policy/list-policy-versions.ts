import { ListPolicyVersionsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { versionAnswer } from "../answer.ts";
import { arn, marker, maxItems } from "../members.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html */
export const listPolicyVersions = (access: Pick<Access, "policies">) =>
  operation(ListPolicyVersionsCommand, {
    members: { PolicyArn: arn, Marker: marker, MaxItems: maxItems },
    permissions: ({ PolicyArn }) => [{ action: "iam:ListPolicyVersions", resource: PolicyArn }],
    mutates: false,
    handle: ({ PolicyArn }) => ({
      Versions: [versionAnswer(settled(access.policies.get(PolicyArn)))],
      IsTruncated: false,
    }),
  });
