import { UntagResourceCommand } from "@aws-sdk/client-kms";
import { list } from "@strongroom/wire";
import { tagsMax } from "../../../encryption/index.ts";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { tagKeyText } from "./tag-members.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html */
export const untagResource = (keys: Pick<Keys, "find" | "untag">) =>
  operation(UntagResourceCommand, {
    members: { KeyId: keyIdText, TagKeys: list(tagKeyText, { max: tagsMax }) },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:UntagResource", input.KeyId);
      return [{ ...demand, context: { ...demand.context, "aws:TagKeys": input.TagKeys } }];
    },
    handle: (input) => {
      accepted(keys.untag(plainKey(keys, input.KeyId).keyArn, input.TagKeys));
      return {};
    },
  });
