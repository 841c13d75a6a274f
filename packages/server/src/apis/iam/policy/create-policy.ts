import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import { text } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyAnswer } from "../answer.ts";
import { document, path, policyName } from "../members.ts";
import { arnOf } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const createPolicy = (access: Pick<Access, "policies">) =>
  operation(CreatePolicyCommand, {
    members: { PolicyName: policyName, Path: path, PolicyDocument: document, Description: text({ max: 1000 }) },
    permissions: ({ PolicyName, Path = "/" }, call) => [
      { action: "iam:CreatePolicy", resource: arnOf(call, "policy", Path, PolicyName) },
    ],
    handle: ({ PolicyName, Path = "/", PolicyDocument, Description }) => {
      const policy = { name: PolicyName, path: Path, document: PolicyDocument, description: Description };
      return { Policy: policyAnswer(settled(access.policies.create(policy)), { attachments: 0, boundaries: 0 }) };
    },
  });
