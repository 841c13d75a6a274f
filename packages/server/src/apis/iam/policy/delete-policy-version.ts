import { DeletePolicyVersionCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { versionNumber } from "../answer.ts";
import { arn, policyVersionId } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
export const deletePolicyVersion = (access: Pick<Access, "policies">) =>
  operation(DeletePolicyVersionCommand, {
    members: { PolicyArn: arn, VersionId: policyVersionId },
    permissions: ({ PolicyArn }) => [{ action: "iam:DeletePolicyVersion", resource: PolicyArn }],
    handle: ({ PolicyArn, VersionId }) => {
      raise(access.policies.versions.remove(PolicyArn, versionNumber(VersionId)));
      return {};
    },
  });
