import { ListResourceTagsCommand } from "@aws-sdk/client-kms";
import { integer } from "@strongroom/wire";
import { tagsMax } from "../../../encryption/index.ts";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html */
export const listResourceTags = (keys: Pick<Keys, "find" | "tags">) =>
  operation(ListResourceTagsCommand, {
    // A key has no more tags than one page holds: a smaller page would need markers for nothing.
    members: { KeyId: keyIdText, Limit: integer({ min: tagsMax, max: tagsMax }) },
    permissions: (input) => [keyDemand(keys, "kms:ListResourceTags", input.KeyId)],
    mutates: false,
    handle: (input) => {
      const { tags } = accepted(keys.tags(plainKey(keys, input.KeyId).keyArn));
      return { Tags: tags.map(({ tagKey, tagValue }) => ({ TagKey: tagKey, TagValue: tagValue })), Truncated: false };
    },
  });
