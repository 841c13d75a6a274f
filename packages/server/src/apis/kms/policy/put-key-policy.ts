import { PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { flag, text } from "@strongroom/wire";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { lockOutCheck, policyName, policyText } from "./policy-text.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
export const putKeyPolicy = (keys: Pick<Keys, "find" | "setPolicy">) =>
  operation(PutKeyPolicyCommand, {
    members: {
      KeyId: keyIdText,
      PolicyName: text({ oneOf: [policyName] }),
      Policy: policyText,
      BypassPolicyLockoutSafetyCheck: flag(),
    },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:PutKeyPolicy", input.KeyId);
      const bypass = String(input.BypassPolicyLockoutSafetyCheck ?? false);
      return [{ ...demand, context: { ...demand.context, "kms:BypassPolicyLockoutSafetyCheck": bypass } }];
    },
    handle: (input, call) => {
      const check = lockOutCheck(call, input.BypassPolicyLockoutSafetyCheck);
      accepted(keys.setPolicy(plainKey(keys, input.KeyId).keyArn, input.Policy, check));
      return {};
    },
  });
