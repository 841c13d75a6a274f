import { UntagResourceCommand } from "@aws-sdk/client-organizations";
import { list } from "@strongroom/wire";
import { organizationTagsMax, type Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { taggableId, tagKey } from "../members.ts";
import { arnOf } from "../permission.ts";
import { demandTaggable } from "./tag-record.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html */
export const untagResource = (organization: Organization) =>
  operation(UntagResourceCommand, {
    members: { ResourceId: taggableId, TagKeys: list(tagKey, { max: organizationTagsMax }) },
    permissions: ({ ResourceId, TagKeys }) => [
      {
        action: "organizations:UntagResource",
        resource: arnOf(organization, ResourceId),
        context: { "aws:TagKeys": TagKeys },
      },
    ],
    handle: ({ ResourceId, TagKeys }) => {
      demandTaggable(organization, ResourceId);
      organization.untag(ResourceId, TagKeys);
      return {};
    },
  });
