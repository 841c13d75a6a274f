import { ListOrganizationalUnitsForParentCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { maxResults, nextToken, parentId } from "../members.ts";
import { pageOf } from "../paging.ts";
import { on } from "../permission.ts";
import { demandRoot } from "./parent.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html: there are none. */
export const listOrganizationalUnitsForParent = (organization: Organization) =>
  operation(ListOrganizationalUnitsForParentCommand, {
    members: { ParentId: parentId, NextToken: nextToken, MaxResults: maxResults },
    permissions: ({ ParentId }) => on(organization, "ListOrganizationalUnitsForParent", ParentId),
    mutates: false,
    handle: (input) => {
      demandRoot(organization, input.ParentId);
      return { OrganizationalUnits: pageOf([], input).items };
    },
  });
