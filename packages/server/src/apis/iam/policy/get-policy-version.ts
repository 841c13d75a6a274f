import { GetPolicyVersionCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { versionAnswer, versionNumber } from "../answer.ts";
import { arn, policyVersionId } from "../members.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export const getPolicyVersion = (access: Pick<Access, "policies">) =>
  operation(GetPolicyVersionCommand, {
    members: { PolicyArn: arn, VersionId: policyVersionId },
    permissions: ({ PolicyArn }) => [{ action: "iam:GetPolicyVersion", resource: PolicyArn }],
    mutates: false,
    handle: ({ PolicyArn, VersionId }) => {
      const version = settled(access.policies.versions.get(PolicyArn, versionNumber(VersionId)));
      return { PolicyVersion: { ...versionAnswer(version), Document: encodeURIComponent(version.document) } };
    },
  });
