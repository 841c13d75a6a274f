import { GetContextKeysForCustomPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { inputPolicies } from "./simulation-input.ts";
import { documents } from "./simulation-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html */
export const getContextKeysForCustomPolicy = (access: Pick<Access, "simulator">) =>
  operation(GetContextKeysForCustomPolicyCommand, {
    members: { PolicyInputList: documents },
    permissions: () => [{ action: "iam:GetContextKeysForCustomPolicy", resource: "*" }],
    mutates: false,
    handle: ({ PolicyInputList }) => {
      const policies = inputPolicies(access.simulator, "PolicyInputList", PolicyInputList);
      return { ContextKeyNames: [...access.simulator.contextKeyNames(policies.map(({ document }) => document))] };
    },
  });
