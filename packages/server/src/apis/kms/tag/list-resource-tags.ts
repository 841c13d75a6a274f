import { ListResourceTagsCommand } from "@aws-sdk/client-kms";
import { integer, text } from "@strongroom/wire";
import { tagsMax } from "../../../encryption/index.ts";
import type { Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { pageEnd, readMarker } from "../page-marker.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html */
export const listResourceTags = (keys: Pick<Keys, "find" | "tags">) =>
  operation(ListResourceTagsCommand, {
    members: {
      KeyId: keyIdText,
      Limit: integer({ min: 1, max: tagsMax }),
      Marker: text({ min: 1, max: 1024 }),
    },
    permissions: (input) => [keyDemand(keys, "kms:ListResourceTags", input.KeyId)],
    mutates: false,
    handle: (input) => {
      const { keyArn } = plainKey(keys, input.KeyId);
      const list = `tags ${keyArn}`;
      const page = accepted(keys.tags(keyArn, { limit: input.Limit ?? tagsMax, ...readMarker(list, input.Marker) }));
      return {
        Tags: page.tags.map(({ tagKey, tagValue }) => ({ TagKey: tagKey, TagValue: tagValue })),
        ...pageEnd(list, page.next),
      };
    },
  });
