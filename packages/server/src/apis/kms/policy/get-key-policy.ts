import { GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { text } from "@strongroom/wire";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { policyName } from "./policy-text.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html */
export const getKeyPolicy = (keys: Pick<Keys, "find" | "policy">) =>
  operation(GetKeyPolicyCommand, {
    members: { KeyId: keyIdText, PolicyName: text({ oneOf: [policyName] }) },
    permissions: (input) => [keyDemand(keys, "kms:GetKeyPolicy", input.KeyId)],
    mutates: false,
    handle: (input) => {
      const { policy } = accepted(keys.policy(plainKey(keys, input.KeyId).keyArn));
      return { Policy: policy, PolicyName: policyName };
    },
  });
