import { CreatePolicyVersionCommand } from "@aws-sdk/client-iam";
import { flag } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { versionAnswer } from "../answer.ts";
import { arn, document } from "../members.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export const createPolicyVersion = (access: Pick<Access, "policies">) =>
  operation(CreatePolicyVersionCommand, {
    members: { PolicyArn: arn, PolicyDocument: document, SetAsDefault: flag() },
    permissions: ({ PolicyArn }) => [{ action: "iam:CreatePolicyVersion", resource: PolicyArn }],
    handle: ({ PolicyArn, PolicyDocument, SetAsDefault = false }) => ({
      PolicyVersion: versionAnswer(settled(access.policies.versions.create(PolicyArn, PolicyDocument, SetAsDefault))),
    }),
  });
