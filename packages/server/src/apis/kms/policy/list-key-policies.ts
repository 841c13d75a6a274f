import { ListKeyPoliciesCommand } from "@aws-sdk/client-kms";
import { integer } from "@strongroom/wire";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { policyName } from "./policy-text.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html */
export const listKeyPolicies = (keys: Pick<Keys, "find">) =>
  operation(ListKeyPoliciesCommand, {
    members: { KeyId: keyIdText, Limit: integer({ min: 1, max: 1000 }) },
    permissions: (input) => [keyDemand(keys, "kms:ListKeyPolicies", input.KeyId)],
    mutates: false,
    handle: (input) => {
      plainKey(keys, input.KeyId);
      return { PolicyNames: [policyName], Truncated: false };
    },
  });
