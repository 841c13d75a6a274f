import { ListTagsForResourceCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { nextToken, taggableId } from "../members.ts";
import { on } from "../permission.ts";
import { demandTaggable } from "./tag-record.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html: one page holds all. */
export const listTagsForResource = (organization: Organization) =>
  operation(ListTagsForResourceCommand, {
    members: { ResourceId: taggableId, NextToken: nextToken },
    permissions: ({ ResourceId }) => on(organization, "ListTagsForResource", ResourceId),
    mutates: false,
    handle: ({ ResourceId }) => {
      demandTaggable(organization, ResourceId);
      return { Tags: Object.entries(organization.tags(ResourceId)).map(([Key, Value]) => ({ Key, Value })) };
    },
  });
