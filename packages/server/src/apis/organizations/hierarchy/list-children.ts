import { ListChildrenCommand } from "@aws-sdk/client-organizations";
import { oneOf } from "@strongroom/wire";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { maxResults, nextToken, parentId } from "../members.ts";
import { pageOf } from "../paging.ts";
import { on } from "../permission.ts";
import { demandRoot } from "./parent.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html */
export const listChildren = (organization: Organization) =>
  operation(ListChildrenCommand, {
    members: {
      ParentId: parentId,
      ChildType: oneOf("ACCOUNT", "ORGANIZATIONAL_UNIT"),
      NextToken: nextToken,
      MaxResults: maxResults,
    },
    permissions: ({ ParentId }) => on(organization, "ListChildren", ParentId),
    mutates: false,
    handle: (input) => {
      demandRoot(organization, input.ParentId);
      const children = [{ Id: organization.account.id, Type: "ACCOUNT" as const }];
      const { items, ...more } = pageOf(input.ChildType === "ACCOUNT" ? children : [], input);
      return { Children: items, ...more };
    },
  });
