import { GetContextKeysForPrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn } from "../members.ts";
import { principalOf } from "./policy-source.ts";
import { inputPolicies } from "./simulation-input.ts";
import { documents } from "./simulation-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html */
export const getContextKeysForPrincipalPolicy = (access: Pick<Access, "simulator">) =>
  operation(GetContextKeysForPrincipalPolicyCommand, {
    members: { PolicySourceArn: arn, PolicyInputList: documents },
    permissions: ({ PolicySourceArn }) => [
      { action: "iam:GetContextKeysForPrincipalPolicy", resource: PolicySourceArn },
    ],
    mutates: false,
    handle: ({ PolicySourceArn, PolicyInputList = [] }) => {
      const { identity } = principalOf(access, PolicySourceArn);
      const policies = [...identity, ...inputPolicies(access.simulator, "PolicyInputList", PolicyInputList)];
      return { ContextKeyNames: [...access.simulator.contextKeyNames(policies.map(({ document }) => document))] };
    },
  });
