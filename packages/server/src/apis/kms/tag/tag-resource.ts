import { TagResourceCommand } from "@aws-sdk/client-kms";
import { list } from "@strongroom/wire";
import { tagsMax } from "../../../encryption/index.ts";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { requestTags, tagMembers, tagRows } from "./tag-members.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html */
export const tagResource = (keys: Pick<Keys, "find" | "tag">) =>
  operation(TagResourceCommand, {
    members: { KeyId: keyIdText, Tags: list(tagMembers, { max: tagsMax }) },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:TagResource", input.KeyId);
      return [{ ...demand, context: { ...demand.context, ...requestTags(input.Tags) } }];
    },
    handle: (input) => {
      accepted(keys.tag(plainKey(keys, input.KeyId).keyArn, tagRows(input.Tags)));
      return {};
    },
  });
