import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { flag, list, oneOf, text } from "@strongroom/wire";
import { keyKind, tagsMax } from "../../../encryption/index.ts";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { accepted } from "../kms-error.ts";
import { lockOutCheck, policyText } from "../policy/policy-text.ts";
import { requestTags, tagMembers, tagRows } from "../tag/tag-members.ts";
import { keyMetadata } from "./key-metadata.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const createKey = (keys: Pick<Keys, "create">) =>
  operation(CreateKeyCommand, {
    members: {
      Policy: policyText,
      Description: text({ max: 8192 }),
      KeyUsage: oneOf("ENCRYPT_DECRYPT"),
      KeySpec: oneOf("SYMMETRIC_DEFAULT"),
      CustomerMasterKeySpec: oneOf("SYMMETRIC_DEFAULT"),
      Origin: oneOf("AWS_KMS"),
      BypassPolicyLockoutSafetyCheck: flag(),
      Tags: list(tagMembers, { max: tagsMax }),
      MultiRegion: flag({ only: false }),
    },
    permissions: (input) => {
      const context = {
        ...keyKind,
        "kms:BypassPolicyLockoutSafetyCheck": String(input.BypassPolicyLockoutSafetyCheck ?? false),
        ...requestTags(input.Tags),
      };
      const create = { action: "kms:CreateKey", resource: "*", context };
      if ((input.Tags?.length ?? 0) === 0) return [create];
      return [create, { action: "kms:TagResource", resource: "*", context }];
    },
    actions: ["kms:CreateKey", "kms:TagResource"],
    handle: (input, call) => {
      // Only a policy of the caller's own can shut the caller out.
      const check = input.Policy && lockOutCheck(call, input.BypassPolicyLockoutSafetyCheck);
      const created = accepted(
        keys.create({
          ...(input.Description !== undefined && { description: input.Description }),
          ...(input.Policy !== undefined && { policy: input.Policy }),
          ...(check && { keepsControl: check }),
          tags: tagRows(input.Tags),
        }),
      );
      return { KeyMetadata: keyMetadata(created.key, call.accountId) };
    },
  });
