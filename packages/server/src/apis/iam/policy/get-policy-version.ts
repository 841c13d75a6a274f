import { GetPolicyVersionCommand, NoSuchEntityException } from "@aws-sdk/client-iam";
import { text } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyVersionId, versionAnswer } from "../answer.ts";
import { arn } from "../members.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export const getPolicyVersion = (access: Pick<Access, "policies">) =>
  operation(GetPolicyVersionCommand, {
    members: { PolicyArn: arn, VersionId: text({ pattern: /v[1-9][0-9]*(\.[A-Za-z0-9-]*)?/ }) },
    permissions: ({ PolicyArn }) => [{ action: "iam:GetPolicyVersion", resource: PolicyArn }],
    mutates: false,
    handle: ({ PolicyArn, VersionId }) => {
      const policy = settled(access.policies.get(PolicyArn));
      if (VersionId !== policyVersionId) {
        const message = `Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`;
        throw new NoSuchEntityException({ message, $metadata: {} });
      }
      return { PolicyVersion: { ...versionAnswer(policy), Document: encodeURIComponent(policy.document) } };
    },
  });
