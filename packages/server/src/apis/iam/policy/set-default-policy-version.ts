import { SetDefaultPolicyVersionCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { versionNumber } from "../answer.ts";
import { arn, policyVersionId } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html */
export const setDefaultPolicyVersion = (access: Pick<Access, "policies">) =>
  operation(SetDefaultPolicyVersionCommand, {
    members: { PolicyArn: arn, VersionId: policyVersionId },
    permissions: ({ PolicyArn }) => [{ action: "iam:SetDefaultPolicyVersion", resource: PolicyArn }],
    handle: ({ PolicyArn, VersionId }) => {
      raise(access.policies.versions.setDefault(PolicyArn, versionNumber(VersionId)));
      return {};
    },
  });
