import { TagResourceCommand } from "@aws-sdk/client-organizations";
import { list } from "@strongroom/wire";
import { organizationTagsMax, type Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { taggableId, tagMembers } from "../members.ts";
import { organizationsError } from "../organizations-error.ts";
import { arnOf, tagContext } from "../permission.ts";
import { demandTaggable, tagRecord } from "./tag-record.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html */
export const tagResource = (organization: Organization) =>
  operation(TagResourceCommand, {
    members: { ResourceId: taggableId, Tags: list(tagMembers, { max: organizationTagsMax }) },
    permissions: ({ ResourceId, Tags }) => [
      { action: "organizations:TagResource", resource: arnOf(organization, ResourceId), context: tagContext(Tags) },
    ],
    handle: ({ ResourceId, Tags }) => {
      demandTaggable(organization, ResourceId);
      if (organization.tag(ResourceId, tagRecord(Tags)) === "too-many") {
        const message = `A resource has at most ${organizationTagsMax} tags.`;
        throw organizationsError({ reason: "too-many-tags", message });
      }
      return {};
    },
  });
