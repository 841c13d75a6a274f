import { ListAccountsForParentCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accountAnswer } from "../answer.ts";
import { maxResults, nextToken, parentId } from "../members.ts";
import { pageOf } from "../paging.ts";
import { demandRoot } from "../hierarchy/parent.ts";
import { on } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html */
export const listAccountsForParent = (organization: Organization) =>
  operation(ListAccountsForParentCommand, {
    members: { ParentId: parentId, NextToken: nextToken, MaxResults: maxResults },
    permissions: ({ ParentId }) => on(organization, "ListAccountsForParent", ParentId),
    mutates: false,
    handle: (input) => {
      demandRoot(organization, input.ParentId);
      const { items, ...more } = pageOf([accountAnswer(organization)], input);
      return { Accounts: items, ...more };
    },
  });
