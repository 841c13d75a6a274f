import { ListAccountsCommand } from "@aws-sdk/client-organizations";
import type { Organization } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accountAnswer } from "../answer.ts";
import { maxResults, nextToken } from "../members.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permission.ts";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
export const listAccounts = (organization: Organization) =>
  operation(ListAccountsCommand, {
    members: { NextToken: nextToken, MaxResults: maxResults },
    permissions: () => onAll("ListAccounts"),
    mutates: false,
    handle: (input) => {
      const { items, ...more } = pageOf([accountAnswer(organization)], input);
      return { Accounts: items, ...more };
    },
  });
