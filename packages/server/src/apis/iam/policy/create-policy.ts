import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import { text } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { policyDetails } from "../answer.ts";
import { document, path, policyName, tags } from "../members.ts";
import { arnOf, creationPermissions, tagRecord } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const createPolicy = (access: Pick<Access, "policies">) =>
  operation(CreatePolicyCommand, {
    members: {
      PolicyName: policyName,
      Path: path,
      PolicyDocument: document,
      Description: text({ max: 1000 }),
      Tags: tags,
    },
    permissions: ({ PolicyName, Path = "/", Tags }, call) =>
      creationPermissions("Policy", arnOf(call, "policy", Path, PolicyName), { tags: Tags }),
    actions: ["iam:CreatePolicy", "iam:TagPolicy"],
    handle: ({ PolicyName, Path = "/", PolicyDocument, Description, Tags }) => {
      const policy = { name: PolicyName, path: Path, document: PolicyDocument, description: Description };
      const created = settled(access.policies.create({ ...policy, tags: tagRecord(Tags) }));
      return { Policy: policyDetails(created, { attachments: 0, boundaries: 0 }) };
    },
  });
